"""The life of one pod on a test node: bind, start, probe, restart, end.

Level-based: step() looks at what is, does what is due and says when to call
again. A step that fails is simply called again.
"""
import time

import pod_status
from api import ApiError
from container_runner import ContainerRunner


class PodRunner:
    """step() is called by one thread at a time; the newest pod may be set by
    another."""

    def __init__(self, pod, kubelet):
        self.pod = pod
        self.gone = False
        self.address = None
        self.containers = []
        self.init = []
        self._kubelet = kubelet
        self._behaviour = kubelet.behaviour(pod)
        self._node = None
        self._since = None
        self._reported = None
        self._kill_at = None
        self._deleted = False

    @property
    def path(self):
        about = self.pod["metadata"]
        return f"/api/v1/namespaces/{about['namespace']}/pods/{about['name']}"

    def step(self):
        """Seconds until the next call; None: when something has changed."""
        pod, now = self.pod, time.monotonic()
        if self.gone:
            self.end_now()
            return None
        if not pod["spec"].get("nodeName"):
            return self._bind(pod)
        if pod["status"].get("phase") in ("Succeeded", "Failed") or \
                not self._kubelet.has_node(pod["spec"]["nodeName"]):
            return None
        self._prepare(pod, now)
        if "deletionTimestamp" in pod["metadata"]:
            return self._terminate(pod, now)
        waits = [container.step(pod, now) for container in self._due()]
        self._report(pod)
        return min((wait for wait in waits if wait is not None), default=None)

    def _due(self):
        """Init containers one after the other, and then all others."""
        for one in self.init:
            if not one.succeeded:
                return [one]
        return self.containers

    def end_now(self):
        """Without asking anybody: the pod is no more, or the test is over."""
        for container in self.init + self.containers:
            container.kill()
        if self.address:
            self._kubelet.runtime.forget(self.pod)
            self._kubelet.addresses.give_back(self.address)
            self.address = None

    def _bind(self, pod):
        if self._behaviour.unschedulable:
            if self._reported is None:
                self._reported = {"conditions": [{
                    "type": "PodScheduled", "status": "False",
                    "reason": "Unschedulable", "message": "as the test wants",
                    "lastTransitionTime": pod_status.now()}]}
                self._patch(pod, self._reported)
            return None
        node = self._kubelet.choose_node()
        if node is None:
            return 0.5
        self._ignoring((404, 409), lambda: self._kubelet.api.post(
            self.path + "/binding", {
                "metadata": {"name": pod["metadata"]["name"],
                             "uid": pod["metadata"]["uid"]},
                "target": {"kind": "Node", "name": node}}))
        return None

    def _prepare(self, pod, now):
        if self.address:
            return
        self.address = self._kubelet.addresses.take()
        self._node = self._kubelet.node_address(pod["spec"]["nodeName"])
        self._since = pod["status"].get("startTime") or pod_status.now()
        uid = pod["metadata"]["uid"]
        self.init, self.containers = ([ContainerRunner(
            pod, spec, self.address, self._node, self._behaviour, now,
            self._kubelet.runtime, lambda: self._kubelet.wake(uid), kind)
            for spec in pod["spec"].get(kind, [])]
            for kind in ("initContainers", "containers"))

    def _terminate(self, pod, now):
        if self._kill_at is None:
            grace = pod["metadata"].get("deletionGracePeriodSeconds", 30)
            self._kill_at = now + grace
            for container in self.init + self.containers:
                container.terminate()
        if now >= self._kill_at:
            for container in self.init + self.containers:
                container.kill()
        ended = all([container.ended() for container in
                     self.init + self.containers])
        self._report(pod)
        if not ended:
            return 0.05
        if not self._deleted:
            self._ignoring((404, 409), lambda: self._kubelet.api.delete(
                self.path, gracePeriodSeconds=0,
                preconditions={"uid": pod["metadata"]["uid"]}))
            self._deleted = True
        return None

    def _report(self, pod):
        status = pod_status.pod_status(
            pod, [container.facts for container in self.init],
            [container.facts for container in self.containers],
            # As a kubelet: no address before the pod's network is made.
            self.address if any(container.facts.container_id
                                for container in self.containers) else None,
            self._node, self._since, self._reported)
        if status == self._reported:
            return
        self._patch(pod, status)
        self._reported = status

    def _patch(self, pod, status):
        # The id: never onto another pod of the same name.
        self._ignoring((404, 409), lambda: self._kubelet.api.patch(
            self.path + "/status", {
                "metadata": {"uid": pod["metadata"]["uid"]},
                "status": status}, "strategic"))

    @staticmethod
    def _ignoring(codes, call):
        """Codes of a world that moved on; the watch tells of it."""
        try:
            call()
        except ApiError as error:
            if error.status not in codes:
                raise
