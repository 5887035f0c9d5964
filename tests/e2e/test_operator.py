"""The operator under the rights that it ships with, on a real API server."""
import json
import os

import pytest

from objects import GATE, condition, deployment, instance_command, service
from policies import DEPLOY, ROOT, policy
from waiting import wait_for

BINARY = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    ROOT, "build", "bin", "warmup-controller"))
POLICIES = "/apis/prewarm.dev/v1alpha1/namespaces/{}/prewarmpolicies"
ALWAYS = [{"name": "always", "from": "00:00", "to": "24:00", "replicas": 2}]


pytestmark = pytest.mark.usefixtures("manifests")


@pytest.fixture
def rights(cluster, namespace):
    """The very rules of deploy/kubernetes/rbac.yaml."""
    text = cluster.kubectl("create", "--dry-run=client", "-o", "json", "-f",
                           os.path.join(DEPLOY, "rbac.yaml"))
    decoder, rules, at = json.JSONDecoder(), {}, 0
    while at < len(text.rstrip()):
        made, end = decoder.raw_decode(text[at:].lstrip())
        at += len(text[at:]) - len(text[at:].lstrip()) + end
        for one in made.get("items", [made]):
            if one["kind"] in ("Role", "ClusterRole"):
                rules[one["kind"]] = one["rules"]
    return cluster.account("operator", namespace, rules=rules["Role"],
                           cluster_rules=rules["ClusterRole"])


@pytest.fixture
def operator(cluster, namespace, rights):
    made = cluster.program(f"operator-{namespace}", [
        BINARY, "run", "--kubeconfig", rights.kubeconfig, "--namespace",
        namespace, "--lease-namespace", namespace, "--listen", "127.0.0.1:0"])
    made.start()
    yield made
    made.stop()


def declare(cluster, namespace, **spec):
    made = policy(replicas={"max": 4}, **spec)
    made["metadata"]["namespace"] = namespace
    return cluster.admin.post(POLICIES.format(namespace), made)


def status(cluster, namespace, name):
    found = cluster.admin.find(POLICIES.format(namespace) + "/" + name) or {}
    return found.get("status", {})


def accepted(seen):
    return {one["type"]: one["status"] for one in seen.get("conditions", [])}


def test_open_window_has_warm_endpoints_and_its_policy_says_so(
        cluster, kubelet, view, namespace, operator, rights):
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command()),
                  service("server", namespace))
    made = declare(cluster, namespace, windows=ALWAYS)
    name = made["metadata"]["name"]
    wait_for(lambda: len(view.ready_addresses("server")) == 2,
             "two warm endpoints", 120)
    for pod in view.pods():
        assert condition(pod, GATE) == "True"
    wait_for(lambda: status(cluster, namespace, name).get("warm") == 2,
             "the status")
    told = accepted(status(cluster, namespace, name))
    assert told["Accepted"] == "True" and told["Warm"] == "True"
    assert not cluster.audit.refused(rights.user)


def test_wrong_policy_is_not_accepted_and_says_why(cluster, namespace,
                                                   operator):
    made = declare(cluster, namespace, windows=[
        {"name": "never", "cron": "0 0 30 2 *", "duration": "1h"}])
    name = made["metadata"]["name"]
    seen = wait_for(lambda: status(cluster, namespace, name), "a status", 60)
    assert accepted(seen)["Accepted"] == "False"
    assert "spec.windows" in seen["conditions"][0]["message"]


def test_deleted_policy_gives_the_autoscaler_back(cluster, namespace,
                                                  operator):
    cluster.apply(deployment("server", namespace, replicas=1))
    where = (f"/apis/autoscaling/v1/namespaces/{namespace}"
             "/horizontalpodautoscalers")
    cluster.admin.post(where, {
        "metadata": {"name": "server"}, "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment",
                               "name": "server"},
            "minReplicas": 1, "maxReplicas": 5}})
    made = declare(cluster, namespace, windows=ALWAYS)
    name = made["metadata"]["name"]

    def minimum():
        return cluster.admin.get(where + "/server")["spec"]["minReplicas"]
    wait_for(lambda: minimum() == 2, "a raised minimum", 60)
    wait_for(lambda: cluster.admin.get(POLICIES.format(namespace) + "/" + name)
             ["metadata"].get("finalizers"), "a finalizer")
    cluster.admin.delete(POLICIES.format(namespace) + "/" + name)
    wait_for(lambda: not cluster.admin.find(
        POLICIES.format(namespace) + "/" + name), "no policy", 60)
    assert minimum() == 1
