"""Pod Security Standards, profile `restricted` (as of Kubernetes 1.36), of what
these pods have; and a root file system that nobody writes to."""
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
           "persistentVolumeClaim", "projected", "secret"}


def offences(pod):
    """Of a pod's spec, as sentences."""
    found = [f"{key} is set" for key in ("hostNetwork", "hostPID", "hostIPC")
             if pod.get(key)]
    for volume in pod.get("volumes", []):
        kinds = set(volume) - {"name"}
        if not kinds <= VOLUMES:
            found.append(f"volume {volume['name']} is a {kinds}")
    whole = pod.get("securityContext", {})
    for one in pod.get("initContainers", []) + pod["containers"]:
        found += [f"{one['name']}: {what}" for what in _of(one, whole)]
    return found


def _of(container, pod):
    own = container.get("securityContext", {})
    both = {**pod, **own}
    if own.get("privileged"):
        yield "privileged"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "may get more privileges"
    if own.get("capabilities", {}).get("drop") != ["ALL"] or \
            set(own["capabilities"].get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "has capabilities"
    if both.get("runAsNonRoot") is not True or both.get("runAsUser") == 0:
        yield "may run as root"
    if both.get("seccompProfile", {}).get("type") not in (
            "RuntimeDefault", "Localhost"):
        yield "has no seccomp profile"
    if own.get("readOnlyRootFilesystem") is not True:
        yield "writes to its root"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield "has a port of the host"
