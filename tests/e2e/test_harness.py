"""The control plane under test control: its failures, its rights, its end."""
import os
import subprocess
import sys
import tempfile

import pytest

import network
from api import ApiError
from kubelet import Kubelet
from objects import condition, deployment, service
from program import alive
from waiting import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
READ_PODS = {"apiGroups": [""], "resources": ["pods"],
             "verbs": ["get", "list", "watch"]}


def test_the_run_has_a_network_of_its_own(cluster, pytestconfig):
    assert network.namespace_of() != pytestconfig.left_network
    # Those that other tests have started may have ended.
    running = [one for one in cluster.programs() if one.running()]
    assert len(running) >= 3  # etcd, API server, controller-manager
    for program in running:
        assert network.namespace_of(program.pid) == network.namespace_of()


def test_restart_of_the_api_server_is_survived(cluster, kubelet, view,
                                               namespace):
    cluster.apply(deployment("server", namespace, gate=False),
                  service("server", namespace))
    wait_for(lambda: view.ready_addresses("server"), "an endpoint")
    pids = kubelet.pids()
    cluster.stop_api_server()
    with pytest.raises(ConnectionError):
        view.pods()
    cluster.start_api_server()
    # All of them go on: the manager makes pods, the kubelet runs them.
    view.scale("server", 2)
    wait_for(lambda: len(view.ready_addresses("server")) == 2,
             "two endpoints")
    assert set(pids) < set(kubelet.pids())


def test_etcd_may_be_away_for_a_while(cluster, view):
    cluster.stop_etcd()
    cluster.start_etcd()

    def lists():
        try:
            return view.pods() == []
        except ApiError:
            return False
    wait_for(lists, "an answer of the API server")


def test_compaction_makes_old_versions_gone(cluster, kubelet, view,
                                            namespace):
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    for number in range(3):
        cluster.admin.post(path, {"metadata": {"name": f"map-{number}"}})
    page = cluster.admin.get(path, limit=1)
    version = page["metadata"]["resourceVersion"]
    cluster.compact()
    with pytest.raises(ApiError) as watching:
        list(cluster.admin.watch(path, version, seconds=20))
    assert watching.value.status == 410
    with pytest.raises(ApiError) as listing:
        cluster.admin.get(path, limit=1,
                          **{"continue": page["metadata"]["continue"]})
    assert listing.value.status == 410
    # The kubelet's own watch was cut off, too; it lists again.
    cluster.apply(deployment("server", namespace, gate=False))
    wait_for(lambda: [condition(pod, "Ready") for pod in view.pods()] ==
             ["True"], "a ready pod")


def test_account_may_do_what_its_rules_say_and_the_audit_tells(
        cluster, namespace):
    account = cluster.account("operator", namespace, rules=[READ_PODS])
    pods = f"/api/v1/namespaces/{namespace}/pods"
    account.api.list(pods)
    list(account.api.watch(pods, "0", seconds=1))
    for refused in (lambda: account.api.list("/api/v1/pods"),
                    lambda: account.api.patch(pods + "/one/status", {})):
        with pytest.raises(ApiError) as error:
            refused()
        assert error.value.status == 403
    wait_for(lambda: len(cluster.audit.refused(account.user)) == 2,
             "both refusals in the log")
    assert {(call.verb, call.resource, call.namespace)
            for call in cluster.audit.refused(account.user)} == {
                ("list", "pods", ""), ("patch", "pods/status", namespace)}
    assert cluster.audit.used(account.user) == {
        ("list", "", "pods"), ("watch", "", "pods")}


def test_kubectl_works_as_the_account(cluster, namespace):
    account = cluster.account("reader", namespace, rules=[READ_PODS])
    assert cluster.kubectl("get", "pods", "-n", namespace, "-o", "name",
                           config=account.kubeconfig) == ""
    with pytest.raises(RuntimeError, match="Forbidden|forbidden"):
        cluster.kubectl("get", "secrets", "-n", namespace,
                        config=account.kubeconfig)


def test_autoscaler_without_metrics_follows_its_floor(cluster, kubelet, view,
                                                      namespace):
    cluster.apply(deployment("server", namespace))
    path = (f"/apis/autoscaling/v1/namespaces/{namespace}"
            "/horizontalpodautoscalers")
    cluster.admin.post(path, {
        "metadata": {"name": "server"},
        "spec": {"minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": {
            "apiVersion": "apps/v1", "kind": "Deployment",
            "name": "server"}}})
    cluster.admin.patch(path + "/server", {"spec": {"minReplicas": 3}})
    wait_for(lambda: len(view.pods()) == 3, "three pods")


def test_hundreds_of_fakes_become_ready(cluster, view, namespace):
    """Processes would take gigabytes; the thousands are a benchmark's."""
    with Kubelet(cluster, namespace, fake=True):
        cluster.apply(deployment("server", namespace, replicas=300,
                                 gate=False))
        wait_for(lambda: sum(condition(pod, "Ready") == "True"
                             for pod in view.pods()) == 300,
                 "300 ready pods", every=0.5)
        view.scale("server", 0)
        wait_for(lambda: not view.pods(), "no pod", every=0.5)


ALL_OF_IT = """
import os, signal, sys, threading
import network
network.own_network()
from cluster import Cluster
from kubelet import Kubelet
from objects import View, condition, deployment
from waiting import wait_for
with Cluster() as cluster, Kubelet(cluster) as kubelet:
    cluster.apply(deployment("server", "default", gate=False))
    view = View(cluster, "default")
    wait_for(lambda: [condition(pod, "Ready") for pod in view.pods()] ==
             ["True"], "a ready pod")
    cluster.program("operator", ["sleep", "1000"]).start()
    print(network.namespace_of(), cluster.folder,
          *[program.pid for program in cluster.programs()],
          *kubelet.pids(), flush=True)
    if "--die" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    folder = cluster.folder
assert threading.active_count() == 1, threading.enumerate()
assert not os.path.exists(folder), folder
"""


@pytest.mark.parametrize("how", [[], ["--die"]])
def test_nothing_is_left(how):
    """After a proper end; and but files when the run itself is killed."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", ALL_OF_IT, *how], capture_output=True,
            text=True, check=False, timeout=300,
            env={**os.environ, "PYTHONPATH": HERE, "TMPDIR": folder})
        assert (done.returncode == 0) == (not how), done.stderr
        own, home, *pids = done.stdout.split()
        assert len(pids) == 5
        wait_for(lambda: not _inside(own), f"no process in {own}", 20)
        assert not [pid for pid in pids if alive(pid)]
        assert os.listdir(folder) == ([os.path.basename(home)] if how else [])


def _inside(own):
    """The processes in a network namespace."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if network.namespace_of(pid) == own:
                found.append(pid)
        except OSError:
            pass
    return found
