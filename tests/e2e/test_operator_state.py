"""What the operator says, remembers and gives back, on a real API server."""
import json
import os
import re
import subprocess
import urllib.request

import pytest

# Fixtures are found by their names here.
from test_operator import (ALWAYS, BINARY, POLICIES, crd, declare, operator,  # noqa: F401, E501 pylint: disable=unused-import
                           rights, status)
from objects import GATE, condition, deployment, instance_command
from waiting import wait_for

SCALERS = "/apis/autoscaling/v1/namespaces/{}/horizontalpodautoscalers"


def make_scaler(cluster, namespace, most):
    cluster.apply(deployment("server", namespace, replicas=1))
    cluster.admin.post(SCALERS.format(namespace), {
        "metadata": {"name": "server"}, "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment",
                               "name": "server"},
            "minReplicas": 1, "maxReplicas": most}})


def scaler(cluster, namespace):
    return cluster.admin.get(SCALERS.format(namespace) + "/server")


def events(cluster, namespace, policy):
    """{reason: how often} of what was told about a policy."""
    found = {}
    for one in cluster.admin.list(f"/api/v1/namespaces/{namespace}/events")[0]:
        about = one["involvedObject"]
        if about["kind"] == "PrewarmPolicy" and about["name"] == policy:
            found[one["reason"]] = found.get(one["reason"], 0) + one["count"]
    return found


def test_events_tell_each_fact_once_also_over_a_restart(
        cluster, namespace, operator, rights):  # noqa: F811
    make_scaler(cluster, namespace, most=1)
    name = declare(cluster, namespace, windows=ALWAYS)["metadata"]["name"]
    facts = {"WindowOpened", "FloorCapped"}
    wait_for(lambda: facts <= set(events(cluster, namespace, name)),
             "the events", 60)
    before = events(cluster, namespace, name)
    operator.stop()
    operator.start()
    # Raising the bound is a new fact: all that is old would come before it.
    where = SCALERS.format(namespace) + "/server"
    cluster.admin.patch(where, {"spec": {"maxReplicas": 5}}, "merge")
    wait_for(lambda: "FloorRaised" in events(cluster, namespace, name),
             "a raised floor", 60)
    after = events(cluster, namespace, name)
    assert {key: after[key] for key in before} == before
    assert not cluster.audit.refused(rights.user)


def test_next_leader_knows_what_was_learned_and_spent(
        cluster, kubelet, namespace, operator, rights):  # noqa: F811
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command()))
    name = declare(cluster, namespace, windows=ALWAYS)["metadata"]["name"]
    one = POLICIES.format(namespace) + "/" + name

    def samples():
        return status(cluster, namespace, name).get("leadTime", {}).get(
            "samples", 0)
    wait_for(lambda: samples() == 1, "a measured start", 120)
    operator.stop()
    kept = cluster.admin.get(f"/api/v1/namespaces/{namespace}/configmaps/"
                             "prewarm-controller-state")
    history = json.loads(kept["data"]["history.json"])
    assert history["targets"][f"{namespace}/Deployment/server"]["makespans"]
    assert history["policies"][f"{namespace}/{name}"]["instanceHours"] > 0
    operator.start()
    # A change that makes it write the status anew.
    cluster.admin.patch(one, {"spec": {"replicas": {"max": 5}}}, "merge")
    wait_for(lambda: status(cluster, namespace, name).get(
        "observedGeneration") == 2, "the status of a new leader", 60)
    assert samples() == 1
    assert status(cluster, namespace, name)["instanceHours"]["day"]
    assert not cluster.audit.refused(rights.user)


def test_metrics_are_as_promtool_wants_them_and_count_calls(
        cluster, namespace, operator):  # noqa: F811
    def port():
        with open(operator.log, encoding="utf-8") as log:
            found = re.search(r"listener=inner port=(\d+)", log.read())
        return found and found[1]
    where = f"http://127.0.0.1:{wait_for(port, 'its listener')}/metrics"

    def text():
        with urllib.request.urlopen(where, timeout=10) as answer:
            return answer.read().decode()
    wait_for(lambda: "\nprewarm_leader 1\n" in text(), "a leader", 60)
    declare(cluster, namespace, windows=ALWAYS)
    patched = re.compile(r'prewarm_api_requests_total\{code="200",resource='
                         r'"prewarmpolicies/status",verb="patch"\} \d')
    wait_for(lambda: patched.search(text()), "a counted call", 60)
    seen = text()
    assert 'prewarm_workqueue_depth{queue="floors"} 0' in seen
    assert "prewarm_reconcile_seconds_count" in seen
    promtool = os.environ.get("PROMTOOL")
    if not promtool:
        pytest.skip("PROMTOOL is not set (make test-e2e sets it)")
    checked = subprocess.run([promtool, "check", "metrics"], input=seen,
                             capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def release(cluster, name, account, *arguments):
    """The exit status of a release, and what it said."""
    made = cluster.program(name, [BINARY, "release", "--kubeconfig",
                                  account.kubeconfig, *arguments])
    made.start()
    code = wait_for(lambda: None if made.running() else (made.returncode(),),
                    "the end of the release", 60)[0]
    with open(made.log, encoding="utf-8") as log:
        return code, log.read()


def test_release_gives_all_back_and_the_leader_leads_no_more(
        cluster, kubelet, view, namespace, operator, rights):  # noqa: F811
    make_scaler(cluster, namespace, most=5)
    one = POLICIES.format(namespace) + "/" + declare(
        cluster, namespace, windows=ALWAYS)["metadata"]["name"]
    wait_for(lambda: scaler(cluster, namespace)["spec"]["minReplicas"] == 2 and
             cluster.admin.get(one)["metadata"].get("finalizers"),
             "a raised minimum and a finalizer", 60)
    wait_for(lambda: [pod for pod in view.pods()
                      if condition(pod, GATE) == "True"], "a warm pod", 60)
    warm = {pod["metadata"]["uid"] for pod in view.pods()}
    code, told = release(cluster, f"release-{namespace}", rights, "--all",
                         "--namespace", namespace, "--lease-namespace",
                         namespace)
    assert code == 0, told
    assert "minReplicas 2 -> 1" in told and "left: 0" in told
    seen = scaler(cluster, namespace)
    assert seen["spec"]["minReplicas"] == 1
    assert "prewarm.dev/floor" not in seen["metadata"].get("annotations", {})
    assert not cluster.admin.get(one)["metadata"].get("finalizers")
    assert warm <= {pod["metadata"]["uid"] for pod in view.pods()}
    # It has ended, and the next one stands by.
    assert operator.returncode() == 1
    code, told = release(cluster, f"again-{namespace}", rights, "--all",
                         "--namespace", namespace, "--lease-namespace",
                         namespace)
    assert code == 0 and "given back: 0, left: 0" in told
    assert not cluster.audit.refused(rights.user)


def test_release_of_one_policy_is_refused_while_somebody_leads(
        cluster, namespace, operator, rights):  # noqa: F811
    make_scaler(cluster, namespace, most=5)
    name = declare(cluster, namespace, windows=ALWAYS)["metadata"]["name"]
    wait_for(lambda: scaler(cluster, namespace)["spec"]["minReplicas"] == 2,
             "a raised minimum", 60)
    what = ("--policy", f"{namespace}/{name}", "--lease-namespace", namespace)
    code, told = release(cluster, f"early-{namespace}", rights, *what)
    assert code == 1 and "delete the policy instead" in " ".join(told.split())
    operator.kill()
    code, told = release(cluster, f"late-{namespace}", rights, *what)
    assert code == 0, told
    assert scaler(cluster, namespace)["spec"]["minReplicas"] == 1
    assert not cluster.admin.get(POLICIES.format(namespace) + "/" + name)[
        "metadata"].get("finalizers")


def test_gated_pods_of_nobody_are_served_and_those_of_the_host_are_not(
        cluster, kubelet, view, namespace, operator, rights):  # noqa: F811
    template = deployment("loose", namespace)["spec"]["template"]
    bare = {"apiVersion": "v1", "kind": "Pod", **template}
    pods = f"/api/v1/namespaces/{namespace}/pods"
    for name, spec in (("bare", {}), ("host", {"hostNetwork": True})):
        cluster.admin.post(pods, {
            **bare, "metadata": {**template["metadata"], "name": name},
            "spec": {**template["spec"], **spec}})
    cluster.admin.post(f"/apis/batch/v1/namespaces/{namespace}/jobs", {
        "metadata": {"name": "job"}, "spec": {"template": {
            "metadata": {**template["metadata"], "labels": {"app": "job"}},
            "spec": {**template["spec"], "restartPolicy": "Never"}}}})
    cluster.admin.post(f"/apis/apps/v1/namespaces/{namespace}/replicasets", {
        "metadata": {"name": "set"}, "spec": {
            "replicas": 1, "selector": {"matchLabels": {"app": "set"}},
            "template": {**template, "metadata": {
                **template["metadata"], "labels": {"app": "set"}}}}})

    def gates():
        return {pod["metadata"]["name"].split("-")[0]: condition(pod, GATE)
                for pod in view.pods()}
    wait_for(lambda: gates() == {"bare": "True", "job": "True", "set": "True",
                                 "host": None}, "three open gates", 120)
    assert not cluster.audit.refused(rights.user)
