"""What the test kubelet does with a pod, as a kubelet would."""
import http.client
import json

import pytest

from behaviour import Behaviour, slow_starts
from kubelet import Kubelet
from objects import (GATE, condition, container_status, deployment,
                     instance_command, service)
from program import alive
from waiting import wait_for


def one_pod(view, check, what, seconds=30):
    """The only pod, when check(pod) holds."""
    def found():
        pods = view.pods()
        return pods[0] if len(pods) == 1 and check(pods[0]) else None
    return wait_for(found, what, seconds)


def is_true(kind):
    return lambda pod: condition(pod, kind) == "True"


def ask(address, method="GET", path="/health", timeout=10):
    connection = http.client.HTTPConnection(address, 8080, timeout=timeout)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def warm(pod):
    return ask(pod["status"]["podIP"], "POST", "/warmup")[1]["instance_id"]


def test_gated_pod_gets_no_visitors_before_its_condition_is_true(
        cluster, kubelet, view, namespace):
    cluster.apply(deployment("server", namespace),
                  service("server", namespace))
    pod = one_pod(view, is_true("ContainersReady"), "ready containers")
    assert condition(pod, "Ready") == "False"
    assert view.ready_addresses("server") == set()
    ready = [one for one in pod["status"]["conditions"]
             if one["type"] == "Ready"][0]
    assert ready["reason"] == "ReadinessGatesNotReady"
    assert f'"{GATE}" does not exist' in ready["message"]
    view.set_condition(pod["metadata"]["name"], "True")
    pod = one_pod(view, is_true("Ready"), "a ready pod")
    assert pod["status"]["phase"] == "Running"
    wait_for(lambda: view.ready_addresses("server") == {
        pod["status"]["podIP"]}, "the pod's endpoint")
    # The kubelet's own reports leave the operator's condition alone.
    assert condition(view.pod(pod["metadata"]["name"]), GATE) == "True"
    view.set_condition(pod["metadata"]["name"], "False")
    wait_for(lambda: not view.ready_addresses("server"), "no endpoint")


def test_killed_container_comes_back_as_another_and_leaves_the_endpoints(
        cluster, kubelet, view, namespace):
    target = deployment("server", namespace, gate=False)
    container = target["spec"]["template"]["spec"]["containers"][0]
    container["readinessProbe"]["httpGet"]["path"] = "/readyz"
    cluster.apply(target, service("server", namespace))
    pod = one_pod(view, lambda pod: "running" in container_status(pod).get(
        "state", {}), "a running container")
    first = wait_for(lambda: _warmed(pod), "a warm instance")
    one_pod(view, is_true("Ready"), "a ready pod")
    before = container_status(pod)["containerID"]
    kubelet.container(namespace, pod["metadata"]["name"]).kill()
    pod = one_pod(view, lambda pod: container_status(pod)["restartCount"] == 1,
                  "a restart")
    status = container_status(pod)
    assert status["containerID"] != before
    ended = status["lastState"]["terminated"]
    assert ended["exitCode"] == 137 and ended["containerID"] == before
    wait_for(lambda: not view.ready_addresses("server"), "no endpoint")
    second = wait_for(lambda: _warmed(pod), "a warm instance")
    assert first != second
    wait_for(lambda: view.ready_addresses("server"), "the endpoint again")


def _warmed(pod):
    """None while it does not listen yet."""
    try:
        return warm(pod)
    except ConnectionError:
        return None


def test_exits_are_counted_and_backed_off(cluster, kubelet, view, namespace):
    cluster.apply(deployment("server", namespace, command=["/bin/false"]))
    pod = one_pod(view, lambda pod: container_status(pod).get(
        "restartCount", 0) >= 2 and "waiting" in container_status(pod)[
            "state"], "a back-off")
    status = container_status(pod)
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["lastState"]["terminated"]["exitCode"] == 1
    assert condition(pod, "ContainersReady") == "False"


def test_scale_down_ends_the_processes(cluster, kubelet, view, namespace):
    # A grace longer than this test: they end because they were asked to.
    cluster.apply(deployment("server", namespace, replicas=3, gate=False,
                             terminationGracePeriodSeconds=600))
    wait_for(lambda: [is_true("Ready")(pod) for pod in view.pods()] ==
             [True] * 3, "three ready pods")
    pids = kubelet.pids()
    addresses = {pod["status"]["podIP"] for pod in view.pods()}
    assert len(set(pids)) == 3 and len(addresses) == 3
    view.scale("server", 1)
    wait_for(lambda: len(view.pods()) == 1, "one pod")
    # The kubelet forgets a pod after the server has.
    wait_for(lambda: len(kubelet.pids()) == 1, "one container")
    assert len([pid for pid in pids if alive(pid)]) == 1


def test_process_that_ignores_the_signal_is_killed_after_its_grace(
        cluster, kubelet, view, namespace):
    cluster.apply(deployment(
        "server", namespace, gate=False, terminationGracePeriodSeconds=1,
        command=instance_command("--ignore-term")))
    pod = one_pod(view, is_true("Ready"), "a ready pod")
    pid = kubelet.container(namespace, pod["metadata"]["name"]).pid
    view.scale("server", 0)
    wait_for(lambda: not view.pods(), "no pod", 20)
    assert not alive(pid)


def test_pod_that_stops_answering_is_unready_until_it_answers_again(
        cluster, kubelet, view, namespace):
    target = deployment("server", namespace, gate=False)
    container = target["spec"]["template"]["spec"]["containers"][0]
    container["livenessProbe"] = {
        "tcpSocket": {"port": 8080}, "periodSeconds": 1}
    cluster.apply(target)
    pod = one_pod(view, is_true("Ready"), "a ready pod")
    running = kubelet.container(namespace, pod["metadata"]["name"])
    running.freeze()
    # The kernel still accepts connections: alive by TCP, not ready by HTTP.
    pod = one_pod(view, lambda pod: condition(pod, "Ready") == "False",
                  "an unready pod")
    assert container_status(pod)["restartCount"] == 0
    running.thaw()
    one_pod(view, is_true("Ready"), "a ready pod again")


def test_failed_liveness_restarts_the_container(cluster, kubelet, view,
                                                namespace):
    target = deployment("server", namespace, gate=False)
    container = target["spec"]["template"]["spec"]["containers"][0]
    # Never warmed, so this never passes.
    container["livenessProbe"] = {
        "httpGet": {"path": "/readyz", "port": "admin"},
        "periodSeconds": 1, "failureThreshold": 1}
    cluster.apply(target)
    one_pod(view, lambda pod: container_status(pod).get("restartCount"),
            "a restart")


def test_readiness_waits_for_the_startup_probe(cluster, kubelet, view,
                                               namespace):
    target = deployment("server", namespace, gate=False)
    container = target["spec"]["template"]["spec"]["containers"][0]
    container["startupProbe"] = {
        "httpGet": {"path": "/readyz", "port": "admin"},
        "periodSeconds": 1, "failureThreshold": 60}
    cluster.apply(target)
    pod = one_pod(view, lambda pod: "running" in container_status(pod).get(
        "state", {}), "a running container")
    assert not container_status(pod)["started"]
    assert condition(pod, "ContainersReady") == "False"
    wait_for(lambda: _warmed(pod), "a warm instance")
    pod = one_pod(view, is_true("Ready"), "a ready pod")
    assert container_status(pod)["started"]


@pytest.mark.parametrize("command, told", [
    (None, "test-command"), (["/no/such/program"], "/no/such/program")])
def test_pod_that_cannot_be_started_says_why(cluster, kubelet, view, namespace,
                                             command, told):
    target = deployment("server", namespace, command=command)
    if command is None:
        del target["spec"]["template"]["metadata"]["annotations"]
    cluster.apply(target)
    pod = one_pod(view, lambda pod: container_status(pod).get(
        "state", {}).get("waiting", {}).get("reason") ==
        "CreateContainerError", "the reason")
    assert told in container_status(pod)["state"]["waiting"]["message"]


def test_fakes_are_warmed_on_addresses_of_their_own(cluster, view, namespace):
    with Kubelet(cluster, namespace, fake=True,
                 behaviour=slow_starts(0.05)) as kubelet:
        cluster.apply(deployment("server", namespace, replicas=20, gate=False),
                      service("server", namespace))
        wait_for(lambda: len(view.ready_addresses("server")) == 20,
                 "20 endpoints")
        pods = view.pods()
        assert len({warm(pod) for pod in pods}) == 20
        assert kubelet.pids() == []
        # A restart: another instance, cold again.
        pod = pods[0]
        kubelet.container(namespace, pod["metadata"]["name"]).kill()
        wait_for(lambda: container_status(view.pod(pod["metadata"]["name"]))[
            "restartCount"] == 1, "a restart")
        assert ask(pod["status"]["podIP"])[1]["state"] == "cold"
        view.scale("server", 0)
        wait_for(lambda: not view.pods(), "no pod")


def test_silent_fake_accepts_and_never_answers(cluster, view, namespace):
    with Kubelet(cluster, namespace, fake=True,
                 behaviour=lambda _: Behaviour(silent=True)):
        cluster.apply(deployment("server", namespace))
        pod = one_pod(view, lambda pod: pod["status"].get("podIP"), "a pod")
        try:
            ask(pod["status"]["podIP"], timeout=0.3)
            raise AssertionError("it answered")
        except TimeoutError:
            pass
        assert condition(pod, "ContainersReady") == "False"


def test_pod_that_no_node_takes_stays_pending(cluster, view, namespace):
    with Kubelet(cluster, namespace, fake=True,
                 behaviour=lambda _: Behaviour(unschedulable=True)):
        cluster.apply(deployment("server", namespace))
        pod = one_pod(view, lambda pod: condition(pod, "PodScheduled") ==
                      "False", "the condition")
        assert pod["status"]["phase"] == "Pending"


def test_cordoned_node_takes_no_pod(cluster, view, namespace):
    with Kubelet(cluster, namespace, fake=True, nodes=2):
        node = "/api/v1/nodes/node-0"
        cluster.admin.patch(node, {"spec": {"unschedulable": True}})
        try:
            cluster.apply(deployment("server", namespace, replicas=4))
            wait_for(lambda: [pod["spec"].get("nodeName")
                              for pod in view.pods()] == ["node-1"] * 4,
                     "four pods on the other node")
        finally:
            cluster.admin.patch(node, {"spec": {"unschedulable": None}})


def test_restarted_node_runs_its_pods_again(cluster, view, namespace):
    with Kubelet(cluster, namespace, fake=True):
        cluster.apply(deployment("server", namespace, gate=False))
        first = one_pod(view, is_true("Ready"), "a ready pod")
    with Kubelet(cluster, namespace, fake=True):
        again = one_pod(view, lambda pod: container_status(pod)[
            "restartCount"] == 1, "a restart")
    assert again["metadata"]["uid"] == first["metadata"]["uid"]
    assert container_status(again)["containerID"] != \
        container_status(first)["containerID"]
