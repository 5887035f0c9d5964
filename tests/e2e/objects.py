"""Objects that tests create, as short as they can be, and what they read."""
import json
import os
import sys

GATE = "prewarm.dev/warm"
INSTANCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                        "contract", "fake_instance.py")


def instance_command(*arguments):
    """fake_instance.py on the pod's own address."""
    return [sys.executable, os.path.abspath(INSTANCE), "8080", "--host",
            "$(POD_IP)", *arguments]


def deployment(name, namespace, replicas=1, command=None, gate=True, **pod):
    """With one container "server", its port "admin" 8080 and quick probes.
    pod: more fields of the pod's spec."""
    container = {
        "name": "server", "image": "test/instance",
        "ports": [{"name": "admin", "containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/livez", "port": "admin"},
                           "periodSeconds": 1, "timeoutSeconds": 1}}
    labels = {"app": name}
    spec = {"containers": [container], "terminationGracePeriodSeconds": 5,
            **pod}
    if gate:
        spec["readinessGates"] = [{"conditionType": GATE}]
    return {"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels},
                     "template": {
                         "metadata": {"labels": labels, "annotations": {
                             "prewarm.dev/test-command": json.dumps(
                                 command or instance_command())}},
                         "spec": spec}}}


def service(name, namespace):
    return {"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"app": name}, "ports": [
                {"name": "admin", "port": 80, "targetPort": "admin"}]}}


class View:
    """What one namespace of a cluster looks like now."""

    def __init__(self, cluster, namespace):
        self.api = cluster.admin
        self.namespace = namespace
        groups = {group["name"]: group["preferredVersion"]["version"]
                  for group in self.api.get("/apis")["groups"]}
        # v1beta1 until 1.20, v1 since 1.21.
        self._slices = ("/apis/discovery.k8s.io/"
                        f"{groups['discovery.k8s.io']}/namespaces/{namespace}"
                        "/endpointslices")

    def pods(self, app=None):
        query = {"labelSelector": f"app={app}"} if app else {}
        return self.api.list(f"/api/v1/namespaces/{self.namespace}/pods",
                             **query)[0]

    def pod(self, name):
        return self.api.find(f"/api/v1/namespaces/{self.namespace}/pods/"
                             f"{name}")

    def ready_addresses(self, name):
        """Where the Service's visitors are sent to."""
        slices, _ = self.api.list(self._slices, labelSelector=(
            f"kubernetes.io/service-name={name}"))
        return {address for one in slices for endpoint in
                one["endpoints"] or [] if endpoint["conditions"]["ready"]
                for address in endpoint["addresses"]}

    def set_condition(self, pod, value, kind=GATE):
        """As the operator will: merged by type, nothing else touched."""
        self.api.patch(
            f"/api/v1/namespaces/{self.namespace}/pods/{pod}/status",
            {"status": {"conditions": [{"type": kind, "status": value}]}},
            "strategic")

    def scale(self, name, replicas):
        self.api.patch(
            f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{name}"
            "/scale", {"spec": {"replicas": replicas}})


def condition(pod, kind):
    """Its status: True, False, Unknown; None where there is none."""
    for one in pod["status"].get("conditions", []):
        if one["type"] == kind:
            return one["status"]
    return None


def container_status(pod):
    return (pod["status"].get("containerStatuses") or [{}])[0]
