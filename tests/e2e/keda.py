"""KEDA's ScaledObject as far as the operator knows it: without KEDA."""
from waiting import wait_for

NUMBER = {"type": "integer"}
SPEC = {
    "type": "object", "required": ["scaleTargetRef", "triggers"],
    "properties": {
        "scaleTargetRef": {
            "type": "object", "required": ["name"],
            "properties": {name: {"type": "string"} for name in (
                "apiVersion", "kind", "name", "envSourceContainerName")}},
        "minReplicaCount": NUMBER, "maxReplicaCount": NUMBER,
        "idleReplicaCount": NUMBER, "pollingInterval": NUMBER,
        "cooldownPeriod": NUMBER,
        "triggers": {"type": "array", "items": {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True}}}}


def define_scaled_objects(cluster):
    """Does nothing where it is known."""
    cluster.apply({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "scaledobjects.keda.sh"},
        "spec": {
            "group": "keda.sh", "scope": "Namespaced",
            "names": {"kind": "ScaledObject", "plural": "scaledobjects",
                      "singular": "scaledobject", "shortNames": ["so"],
                      "listKind": "ScaledObjectList"},
            "versions": [{
                "name": "v1alpha1", "served": True, "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {
                    "type": "object", "properties": {
                        "spec": SPEC, "status": {
                            "type": "object",
                            "x-kubernetes-preserve-unknown-fields": True}}}}}]
        }})
    wait_for(lambda: cluster.admin.find(
        "/apis/keda.sh/v1alpha1/scaledobjects"), "served ScaledObjects")
