"""A container's own view of the machine: a root that nobody writes to, the
programs of its image, its volumes, its user. Mounts in a namespace of its own,
gone with its last process; the network is the cluster's.

The images are not built here: of ours, what scripts/build.sh has built lies where
the image has it; of others there is the program of this machine.
"""
import os
import shlex

from policies import ROOT

BUILD = os.environ.get("PREWARM_BUILD", os.path.join(ROOT, "build"))
# By the last part of the repository's name: the entry point.
IMAGES = {
    "inference-server": ["/usr/local/bin/inference-server"],
    "warmup-controller": ["/usr/local/bin/warmup-controller"],
    "curl": ["/usr/bin/curl"],
    "pause": ["/usr/bin/sleep", "infinity"],
}
_OF_ETC = ("alternatives", "ca-certificates.conf", "group", "ld.so.cache",
           "localtime", "nsswitch.conf", "passwd", "ssl")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def image_name(image):
    return image.split("@")[0].rsplit("/", 1)[-1].split(":")[0]


def words_of(spec):
    """Entry point and arguments as Kubernetes puts them together."""
    command = spec.get("command") or IMAGES[image_name(spec["image"])]
    return command + spec.get("args", [])


def enter(pod, spec, words, environment, mounts, hosts, folder):
    """A command line that runs these words inside; `folder` is its own."""
    os.makedirs(os.path.join(folder, "root"), exist_ok=True)
    ours = image_name(spec["image"]) in ("inference-server",
                                         "warmup-controller")
    with open(os.path.join(folder, "hosts"), "w", encoding="utf-8") as file:
        file.write("127.0.0.1 localhost\n" + "".join(
            f"{address} {' '.join(names)}\n" for address, names in hosts))
    script = [
        "set -eu", f"root={shlex.quote(os.path.join(folder, 'root'))}",
        'mount -t tmpfs -o mode=755 root "$root"', 'cd "$root"',
        "mkdir usr proc dev sys etc",
        *[f"mount --rbind /{one} {one}" for one in ("usr", "proc", "dev",
                                                    "sys")],
        "mount -o remount,bind,ro usr",
        "ln -s usr/bin bin", "ln -s usr/sbin sbin", "ln -s usr/lib lib",
        "ln -s usr/lib64 lib64",
        *[f"[ ! -e /etc/{one} ] || cp -a /etc/{one} etc/" for one in _OF_ETC],
        f"cp {shlex.quote(os.path.join(folder, 'hosts'))} etc/hosts"]
    if ours:
        script += [f"mount --bind {shlex.quote(os.path.join(BUILD, one))} "
                   f"usr/local/{one}" for one in ("bin", "lib")]
        script += [f"mount -o remount,bind,ro usr/local/{one}"
                   for one in ("bin", "lib")]
    for path, source, read_only in mounts:
        inside = shlex.quote(path.lstrip("/"))
        script += [f"mkdir -p {inside}",
                   f"mount --bind {shlex.quote(source)} {inside}"]
        if read_only:
            script.append(f"mount -o remount,bind,ro {inside}")
    if spec.get("securityContext", {}).get("readOnlyRootFilesystem"):
        script.append('mount -o remount,ro "$root"')
    told = [f"{name}={value}" for name, value in
            {"PATH": PATH, "HOSTNAME": pod["metadata"]["name"],
             **environment}.items()]
    script.append("exec chroot " + " ".join(map(shlex.quote, [
        *_user(pod, spec), os.path.join(folder, "root"), "/usr/bin/env", "-i",
        *told, *words])))
    return ["/usr/bin/unshare", "--mount", "--propagation", "private",
            "/bin/sh", "-c", "\n".join(script)]


def _user(pod, spec):
    """As the security contexts say, where this process may be others at all."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        if int(file.read().split()[2]) < 65536:
            return []
    both = {**pod["spec"].get("securityContext", {}),
            **spec.get("securityContext", {})}
    user = both.get("runAsUser", 0)
    groups = [str(both["fsGroup"])] if "fsGroup" in both else []
    return [f"--userspec={user}:{both.get('runAsGroup', user)}",
            "--groups=" + ",".join(groups)]
