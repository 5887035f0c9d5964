"""The readiness gate: traffic comes to what has proved itself, and to nothing
else; whatever carries the gate is served."""
import json

import pytest

from objects import (GATE, condition, container_status, deployment,
                     instance_command, service)
from observer import Visitors
from operating import ALWAYS
from waiting import wait_for


def gate(pod):
    """The whole condition; {} where there is none."""
    for one in pod["status"].get("conditions", []):
        if one["type"] == GATE:
            return one
    return {}


def proved(pod):
    """For the very start of its container that runs."""
    return gate(pod).get("status") == "True" and gate(pod)[
        "message"].startswith(container_status(pod)["containerID"])


def test_restarted_container_loses_its_visitors_until_it_is_proved_again(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command("--warm-seconds", "1")),
                  service("server", namespace))
    shop.declare(windows=[{**ALWAYS[0], "replicas": 1}])
    shop.operator()
    wait_for(lambda: view.ready_addresses("server"), "an endpoint")
    pod = view.pods()[0]
    name = pod["metadata"]["name"]
    first = container_status(pod)["containerID"]
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: visitors.now, "the observer's endpoint")
        kubelet.container(namespace, name).kill()
        wait_for(lambda: not visitors.now, "no endpoint")
        wait_for(lambda: gate(view.pod(name))["status"] == "False",
                 "a closed gate")
        wait_for(lambda: visitors.now, "the endpoint again")
        pod = view.pod(name)
        assert proved(pod)
        assert container_status(pod)["containerID"] != first
    assert not visitors.cold


def test_rollout_waits_for_warm_pods_and_visitors_always_have_one(
        cluster, kubelet, view, namespace, shop):
    target = deployment("server", namespace, replicas=2,
                        command=instance_command("--warm-seconds", "1"))
    target["spec"]["strategy"] = {"rollingUpdate": {
        "maxUnavailable": 0, "maxSurge": 1}}
    cluster.apply(target, service("server", namespace))
    shop.declare(windows=ALWAYS)
    shop.operator()
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: len(visitors.now) == 2, "two endpoints")
        before = visitors.now
        began = len(visitors.seen)
        cluster.kubectl("patch", "deployment", "server", "-n", namespace, "-p",
                        json.dumps({"spec": {"template": {"metadata": {
                            "annotations": {"build": "2"}}}}}))
        wait_for(lambda: len(visitors.now) == 2 and not before & visitors.now,
                 "two new endpoints", 90)
        # Never fewer than were wanted.
        assert min(len(addresses) for _, addresses in
                   visitors.seen[began:]) == 2, visitors.seen
    assert not visitors.cold


def test_gated_pods_without_a_policy_are_proved_too(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=2),
                  service("server", namespace))
    shop.operator()
    wait_for(lambda: len(view.ready_addresses("server")) == 2,
             "two endpoints")
    assert all(proved(pod) for pod in view.pods())
    assert shop.replicas() == 2


def test_pod_on_its_nodes_network_is_never_called(
        cluster, view, kubelet, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=1,
                             hostNetwork=True))
    cluster.apply(deployment("other", namespace, replicas=1))
    shop.declare(windows=[{**ALWAYS[0], "replicas": 1}])
    shop.operator()
    # Another one that came at the same time has been served.
    wait_for(lambda: [proved(pod) for pod in view.pods("other")] == [True],
             "the other pod's proof")
    wait_for(lambda: condition(view.pods("server")[0],
                               "ContainersReady") == "True", "its container")
    shop.expect("Warm", "False")
    pod = view.pods("server")[0]
    assert gate(pod) == {} and condition(pod, "Ready") == "False"


def test_target_without_the_gate_is_warmed_and_its_policy_says_so(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0, gate=False))
    shop.declare(windows=ALWAYS)
    shop.operator()
    shop.expect("Warm")
    assert "no readinessGate" in shop.expect("GateMissing")
    assert all(gate(pod) == {} for pod in view.pods())


def test_what_is_warm_stays_warm_without_an_operator_and_with_a_new_one(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0),
                  service("server", namespace))
    shop.declare(windows=ALWAYS)
    operator = shop.operator()
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: len(visitors.now) == 2, "two endpoints")
        shop.expect("Warm")
        operator.stop()
        changes = len(visitors.seen)
        before = {pod["metadata"]["name"]: gate(pod) for pod in view.pods()}
        shop.operator()
        shop.leading()
        # It has looked at them, and says so.
        wait_for(lambda: shop.calls("patch", "prewarmpolicies/status"),
                 "a status")
        shop.expect("Warm")
        assert {pod["metadata"]["name"]: gate(pod)
                for pod in view.pods()} == before
        assert len(visitors.seen) == changes


def test_instance_that_loses_its_warmth_loses_its_visitors(
        cluster, kubelet, view, namespace, shop):
    """It stops to answer; the kernel still accepts connections."""
    cluster.apply(deployment("server", namespace, replicas=0),
                  service("server", namespace))
    shop.declare(windows=[{**ALWAYS[0], "replicas": 1}])
    shop.operator()
    wait_for(lambda: view.ready_addresses("server"), "an endpoint")
    name = view.pods()[0]["metadata"]["name"]
    kubelet.container(namespace, name).freeze()
    wait_for(lambda: not view.ready_addresses("server"), "no endpoint")
    shop.expect("Warm", "False", seconds=120)
    kubelet.container(namespace, name).thaw()
    wait_for(lambda: view.ready_addresses("server"), "the endpoint again")
    shop.expect("Warm")


@pytest.mark.parametrize("management, told", [
    ("OrderedReady", "True"), ("Parallel", None)])
def test_stateful_set_that_starts_one_after_the_other_is_told(
        cluster, kubelet, view, namespace, shop, management, told):
    target = deployment("server", namespace, replicas=0)
    target["kind"] = "StatefulSet"
    target["spec"].update(serviceName="server",
                          podManagementPolicy=management)
    cluster.apply(target)
    shop.declare(windows=ALWAYS, targetRef={
        "kind": "StatefulSet", "name": "server"})
    shop.operator()
    shop.expect("Warm")
    message = shop.expect("OrderedStarts", told)
    assert told is None or "Parallel" in message
    wait_for(lambda: [proved(pod) for pod in view.pods()] == [True] * 2,
             "two proved pods")
