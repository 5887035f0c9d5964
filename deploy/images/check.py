#!/usr/bin/env python3
"""Whether an assembled root is whole, and no more than it should be:

    check.py ROOT

Looks at the files alone and runs none of them. One line per fault, and exits 1.
"""
import os
import ssl
import stat
import sys

import closure
import elf

WEIGHTS = (".safetensors", ".onnx", ".pth", ".pt", ".ckpt")
SHELLS = ("sh", "bash", "dash", "busybox", "perl", "python3", "apt", "dpkg")
STATUS = "var/lib/dpkg/status.d"


def all_paths(root):
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            yield os.path.join(folder, name)


def modes(root):
    for path in all_paths(root):
        inside = "/" + os.path.relpath(path, root)
        info = os.lstat(path)
        if stat.S_ISLNK(info.st_mode):
            target = os.path.realpath(path)
            if not (target + "/").startswith(root + "/"):
                yield f"{inside} leads out of the root, to {target}"
            elif not os.path.exists(target):
                yield f"{inside} leads to nothing"
            continue
        if not (stat.S_ISREG(info.st_mode) or stat.S_ISDIR(info.st_mode)):
            yield f"{inside} is neither file nor folder"
        if info.st_mode & (stat.S_ISUID | stat.S_ISGID):
            yield f"{inside} is setuid or setgid"
        if info.st_mode & stat.S_IWOTH and inside != "/tmp":
            yield f"{inside} can be written by all"


def strangers(root):
    for path in all_paths(root):
        inside = "/" + os.path.relpath(path, root)
        if path.endswith(WEIGHTS):
            yield f"{inside} are weights: whose licence allows that?"
        if os.path.dirname(inside) in ("/usr/bin", "/usr/sbin") and \
                os.path.basename(inside) in SHELLS:
            yield f"{inside} is none of ours"


def libraries(root):
    """soname -> path of all that the loader would look at."""
    found = {}
    for path in sorted(all_paths(os.path.join(root, "usr/lib"))):
        if ".so" in os.path.basename(path) and os.path.isfile(path):
            found.setdefault(os.path.basename(path), path)
    for folder in ("opt",):  # a LibTorch with CUDA, by RUNPATH
        for path in sorted(all_paths(os.path.join(root, folder))):
            if ".so" in os.path.basename(path) and os.path.isfile(path):
                found.setdefault(os.path.basename(path), path)
    return found


def programs(root):
    """What is started or opened by name."""
    found = []
    for folder in ("usr/local/bin", "usr/local/lib/prewarm", "usr/bin"):
        at = os.path.join(root, folder)
        if os.path.isdir(at):
            found += [os.path.join(at, name) for name in sorted(os.listdir(at))]
    return [path for path in found if elf.is_elf(path)]


def whole(root):
    known = libraries(root)
    for path in programs(root):
        interpreter = elf.read(path).interpreter
        if interpreter and not os.path.exists(root + interpreter):
            yield f"{path}: there is no {interpreter}"
        try:
            closure.check([path], known)
        except closure.Missing as problem:
            yield str(problem).replace(root, "")


def certificates(root):
    """One line that is wrong, and OpenSSL takes none of those that follow."""
    path = os.path.join(root, "etc/ssl/certs/ca-certificates.crt")
    try:
        with open(path, encoding="ascii") as file:
            count = file.read().count("BEGIN CERTIFICATE")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(path)
        read = len(context.get_ca_certs())
    except (OSError, ssl.SSLError) as problem:
        yield f"the bundle of certificates can't be read: {problem}"
        return
    if not read or read != count:
        yield f"of {count} certificates in the bundle {read} can be read"


def papers(root):
    status = os.path.join(root, STATUS)
    packages = sorted(name for name in os.listdir(status)
                      if not name.endswith(".md5sums"))
    for name in packages:
        path = os.path.join(root, "usr/share/doc", name, "copyright")
        if not os.path.isfile(path) or not os.path.getsize(path):
            yield f"{name} has no copyright file"
    for name in ("copyright", "sbom.spdx.json"):
        if not os.path.isfile(os.path.join(root, "usr/share/doc/prewarm", name)):
            yield f"/usr/share/doc/prewarm/{name} is missing"


def faults(root):
    root = os.path.realpath(root)
    return [fault for part in (modes, strangers, whole, certificates, papers)
            for fault in part(root)]


def main():
    found = faults(sys.argv[1])
    print("\n".join(found) if found else f"{sys.argv[1]} is whole")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
