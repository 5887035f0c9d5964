"""The volumes of a pod as folders of this machine, as a kubelet makes them; and
who provisions claims: a volume is made for each at its first use."""
import base64
import os
import shutil

from api import ApiError


class NotYet(Exception):
    """What the pod needs is not there; asked again later, as a kubelet does."""


class Volumes:
    """Of all pods of one cluster. Thread-safe: each pod has its own folder, and
    claims are folders of their own."""

    def __init__(self, api, folder):
        self._api = api
        self._folder = folder

    def claim(self, namespace, name):
        """The folder of a claim, which outlives its pods."""
        path = os.path.join(self._folder, "claims", f"{namespace}_{name}")
        os.makedirs(path, exist_ok=True)
        return path

    def mounts(self, pod, spec):
        """[(path in the container, folder, whether it is read-only)], outer ones
        first. Raises NotYet."""
        made = {}
        for volume in pod["spec"].get("volumes", []):
            made[volume["name"]] = self._made(pod, volume)
        found = [(mount["mountPath"], *_both(made[mount["name"]], mount))
                 for mount in spec.get("volumeMounts", [])]
        return sorted(found)

    def forget(self, pod):
        shutil.rmtree(self._of(pod), ignore_errors=True)

    def _of(self, pod):
        return os.path.join(self._folder, "pods", pod["metadata"]["uid"])

    def _made(self, pod, volume):
        """(folder, whether nobody may write there)"""
        where = os.path.join(self._of(pod), volume["name"])
        if "persistentVolumeClaim" in volume:
            claim = volume["persistentVolumeClaim"]
            return (self._claimed(pod, claim["claimName"]),
                    claim.get("readOnly", False))
        os.makedirs(where, exist_ok=True)
        if "emptyDir" in volume:
            _give(where, pod)
            return where, False
        for source in volume.get("projected", {}).get("sources", [volume]):
            for name, data in self._files(pod, source).items():
                with open(os.path.join(where, name), "wb") as file:
                    file.write(data)
        return where, True

    def _claimed(self, pod, name):
        namespace = pod["metadata"]["namespace"]
        path = f"/api/v1/namespaces/{namespace}/persistentvolumeclaims/{name}"
        claim = self._api.find(path)
        if claim is None:
            raise NotYet(f'persistentvolumeclaim "{name}" not found')
        folder = self.claim(namespace, name)
        _give(folder, pod)
        if claim["status"].get("phase") != "Bound":
            self._provision(claim, folder)
        return folder

    def _provision(self, claim, folder):
        about, spec = claim["metadata"], claim["spec"]
        try:
            self._api.post("/api/v1/persistentvolumes", {
                "metadata": {"name": f"pvc-{about['uid']}"},
                "spec": {"capacity": spec["resources"]["requests"],
                         "accessModes": spec["accessModes"],
                         "storageClassName": spec.get("storageClassName", ""),
                         "persistentVolumeReclaimPolicy": "Retain",
                         "hostPath": {"path": folder},
                         "claimRef": {"namespace": about["namespace"],
                                      "name": about["name"],
                                      "uid": about["uid"]}}})
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise

    def _files(self, pod, source):
        """{name: bytes} of a Secret, a ConfigMap, or what is projected."""
        namespace = pod["metadata"]["namespace"]
        if "serviceAccountToken" in source:
            account = pod["spec"]["serviceAccountName"]
            token = self._api.post(
                f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}"
                "/token", {"apiVersion": "authentication.k8s.io/v1",
                           "kind": "TokenRequest",
                           "spec": {"expirationSeconds": 3600}})
            return {source["serviceAccountToken"]["path"]:
                    token["status"]["token"].encode()}
        if "downwardAPI" in source:
            # Of those that the API server adds by itself.
            return {item["path"]: namespace.encode() for item in
                    source["downwardAPI"]["items"] if
                    item["fieldRef"]["fieldPath"] == "metadata.namespace"}
        kind = "secret" if "secret" in source else "configMap"
        if kind not in source:
            raise ValueError(f"no such volume in tests: {sorted(source)}")
        wanted = source[kind]
        name = wanted.get("secretName", wanted.get("name"))
        held = self._api.find(f"/api/v1/namespaces/{namespace}/"
                              f"{kind.lower()}s/{name}")
        if held is None:
            raise NotYet(f'{kind.lower()} "{name}" not found')
        data = {key: base64.b64decode(value) if kind == "secret" else
                value.encode() for key, value in held.get("data", {}).items()}
        items = wanted.get("items") or [{"key": key, "path": key}
                                        for key in data]
        lost = [item["key"] for item in items if item["key"] not in data]
        if lost:
            raise NotYet(f"{kind} {name} has no {lost}")
        return {item["path"]: data[item["key"]] for item in items}


def _both(made, mount):
    folder, read_only = made
    return folder, read_only or mount.get("readOnly", False)


def _give(folder, pod):
    """fsGroup: the group may write there, and new files are the group's."""
    group = pod["spec"].get("securityContext", {}).get("fsGroup")
    if group is not None:
        try:
            os.chown(folder, -1, group)
        except OSError:
            # Without root there is one user, and all files are hers.
            return
        os.chmod(folder, 0o2775)
