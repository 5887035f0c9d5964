"""A test kubelet: runs the cluster's pods on nodes of its own, as processes
or as fakes, and tells the API server of them as a kubelet would.

    with Kubelet(cluster) as kubelet:
        cluster.apply(deployment(...))

It is the scheduler, too, and provisions claims. A pod with the annotation
prewarm.dev/test-command runs that; one of an image that sandbox.py knows runs the
program that is built here, with its volumes, user and root. Not played: exec
probes, postStart, native sidecars.
"""
import os
import threading
import time

from api import ApiError
from behaviour import usual
from fakes import Fakes
from network import PODS, PodAddresses
from pod_runner import PodRunner
from processes import Processes
from schedule import Schedule


class Kubelet:
    """Thread-safe. Runs the pods of one namespace, or of all. behaviour(pod)
    is asked once a pod, when it is first seen."""

    def __init__(self, cluster, namespace=None, fake=False, nodes=1,
                 behaviour=usual, threads=16):
        self.api = cluster.admin
        self.behaviour = behaviour
        self._pods = f"/api/v1/namespaces/{namespace}/pods" if namespace \
            else "/api/v1/pods"
        self.addresses = PodAddresses()
        self.folder = os.path.join(cluster.folder, "pods")
        os.makedirs(self.folder, exist_ok=True)
        self.runtime = Fakes(behaviour) if fake else Processes(self.folder,
                                                                 cluster)
        self._nodes = {f"node-{number}": str(PODS[number + 1])
                       for number in range(nodes)}
        self._turn = 0
        self._open = []
        self._open_until = 0.0
        self._runners = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._stream = None
        self._schedule = Schedule(self._step, threads)
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        for name, address in self._nodes.items():
            self._register(name, address)
        self._schedule.start()
        self._watcher.start()
        return self

    def __exit__(self, *_):
        """Ends every container; the pods' objects stay as they are."""
        self._stopped.set()
        if self._stream:
            self._stream.close()
        self._watcher.join()
        self._schedule.stop()
        for runner in self._runners.values():
            runner.end_now()
        self.runtime.close()

    # For tests.

    def container(self, namespace, pod, number=0):
        """The running one: has pid (None for a fake), kill(), freeze() and
        thaw(). A killed one is started again, after a back-off."""
        with self._lock:
            for runner in self._runners.values():
                about = runner.pod["metadata"]
                if (about["namespace"], about["name"]) == (namespace, pod):
                    return runner.containers[number]
        raise KeyError(f"{namespace}/{pod}")

    def pids(self):
        """Of all containers' processes."""
        with self._lock:
            runners = list(self._runners.values())
        return [container.pid for runner in runners
                for container in runner.containers if container.pid]

    # For its runners.

    def wake(self, uid):
        self._schedule.wake(uid)

    def has_node(self, name):
        return name in self._nodes

    def node_address(self, name):
        return self._nodes[name]

    def choose_node(self):
        """In turns; None where every node is cordoned off."""
        with self._lock:
            # Thousands of pods would ask thousands of times.
            if time.monotonic() > self._open_until:
                self._open = [
                    node["metadata"]["name"]
                    for node in self.api.list("/api/v1/nodes")[0]
                    if node["metadata"]["name"] in self._nodes
                    and not node["spec"].get("unschedulable")]
                self._open_until = time.monotonic() + 0.2
            self._turn += 1
            return self._open[self._turn % len(self._open)] \
                if self._open else None

    def _step(self, uid):
        with self._lock:
            runner = self._runners.get(uid)
        if runner is None:
            return None
        after = runner.step()
        if runner.gone:
            with self._lock:
                self._runners.pop(uid, None)
        return after

    def _register(self, name, address):
        node = {"metadata": {"name": name, "labels": {
            "kubernetes.io/hostname": name}},
            "status": {"capacity": {"cpu": "1000", "memory": "4Ti",
                                    "pods": "20000"},
                       "addresses": [{"type": "InternalIP",
                                      "address": address}],
                       "conditions": [{"type": "Ready", "status": "True",
                                       "reason": "KubeletReady"}]}}
        try:
            self.api.post("/api/v1/nodes", node)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise

    # The watch: lists, follows, and lists again after any trouble.

    def _watch(self):
        while not self._stopped.is_set():
            try:
                self._follow()
            except (ApiError, ConnectionError):
                self._stopped.wait(0.2)

    def _follow(self):
        pods, version = self.api.list(self._pods)
        known = {pod["metadata"]["uid"] for pod in pods}
        with self._lock:
            lost = [runner.pod for uid, runner in self._runners.items()
                    if uid not in known]
        for pod in lost:
            self._seen("DELETED", pod)
        for pod in pods:
            self._seen("MODIFIED", pod)
        while not self._stopped.is_set():
            self._stream = self.api.watch(self._pods, version)
            # stop() may have come before there was a stream to close.
            if self._stopped.is_set():
                self._stream.close()
            for kind, pod in self._stream:
                version = pod["metadata"]["resourceVersion"]
                if kind != "BOOKMARK":
                    self._seen(kind, pod)

    def _seen(self, kind, pod):
        uid = pod["metadata"]["uid"]
        with self._lock:
            runner = self._runners.get(uid)
            if runner is None:
                if kind == "DELETED":
                    return
                runner = self._runners[uid] = PodRunner(pod, self)
            runner.pod = pod
            runner.gone = runner.gone or kind == "DELETED"
        self._schedule.wake(uid)
