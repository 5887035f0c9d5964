"""What a kubelet writes into a pod's status; no I/O.

Conditions of others (readiness gates) are read here and never written: the
patch merges by condition type.
"""
import dataclasses
import datetime


@dataclasses.dataclass
class ContainerFacts:
    """Of one container; state and last_state as the API writes them."""
    name: str
    image: str
    state: dict
    last_state: dict
    container_id: str
    restarts: int
    started: bool = False
    ready: bool = False

    def status(self):
        return {"name": self.name, "image": self.image, "imageID": self.image,
                "containerID": self.container_id, "state": self.state,
                "lastState": self.last_state, "started": self.started,
                "ready": self.ready, "restartCount": self.restarts}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def waiting(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def pod_status(pod, init, facts, address, host, since, reported=None):
    """The whole status that is the kubelet's to write. reported: what was
    written last, which the pod at hand may not show yet."""
    status = {"phase": _phase(pod, init, facts), "hostIP": host,
              "startTime": since,
              "conditions": _conditions(pod, init, facts, reported),
              "containerStatuses": [fact.status() for fact in facts]}
    if init:
        status["initContainerStatuses"] = [
            # Of an init container `ready` means that it has succeeded.
            {**fact.status(), "ready": _exit_code(fact) == 0} for fact in init]
    if address:
        status.update(podIP=address, podIPs=[{"ip": address}])
    return status


def _exit_code(fact):
    return fact.state.get("terminated", {}).get("exitCode")


def _phase(pod, init, facts):
    if pod["spec"].get("restartPolicy") == "Never" and \
            any(_exit_code(fact) for fact in init):
        return "Failed"
    ended = [fact.state["terminated"]["exitCode"] for fact in facts
             if "terminated" in fact.state]
    if len(ended) == len(facts):
        if "deletionTimestamp" in pod["metadata"] or \
                pod["spec"].get("restartPolicy", "Always") != "Always":
            return "Failed" if any(ended) else "Succeeded"
        return "Running"
    # Running from its first container's start on, back-off included.
    if all(fact.container_id for fact in facts):
        return "Running"
    return "Pending"


def _conditions(pod, init, facts, reported):
    unready = [fact.name for fact in facts if not fact.ready]
    containers = ("True", "", "") if not unready else (
        "False", "ContainersNotReady",
        f"containers with unready status: [{' '.join(unready)}]")
    before = {**_by_type(pod["status"]), **_by_type(reported or {})}
    return [_condition(before.get(kind, {}), kind, *told) for kind, told in (
        ("PodScheduled", ("True", "", "")),
        ("Initialized", ("True", "", "") if all(
            _exit_code(fact) == 0 for fact in init) else (
                "False", "ContainersNotInitialized",
                "containers with incomplete status")),
        ("ContainersReady", containers),
        ("Ready", containers if unready else _gates(pod)))]


def _gates(pod):
    have = _by_type(pod["status"])
    for gate in pod["spec"].get("readinessGates", []):
        kind = gate["conditionType"]
        if kind not in have:
            return "False", "ReadinessGatesNotReady", (
                "corresponding condition of pod readiness gate "
                f'"{kind}" does not exist.')
        if have[kind]["status"] != "True":
            return "False", "ReadinessGatesNotReady", (
                f'the status of pod readiness gate "{kind}" is not "True", '
                f'but {have[kind]["status"]}')
    return "True", "", ""


def _condition(before, kind, value, reason, message):
    changed = before.get("status") != value
    return {"type": kind, "status": value, "reason": reason,
            "message": message, "lastTransitionTime":
                now() if changed else before["lastTransitionTime"]}


def _by_type(status):
    return {condition["type"]: condition
            for condition in status.get("conditions", [])}
