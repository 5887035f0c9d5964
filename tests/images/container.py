"""An assembled root and programs in it, as an engine for containers would run
them: user 65532, no capabilities, the root read-only, process 1 of its own
namespace. By bubblewrap, which needs no service, nor root where user namespaces
are allowed.

Environment: PREWARM_IMAGE_ROOTS, a folder with a root for each image (those that
an engine has built); else they are assembled from build/.
"""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
IMAGES = os.path.join(ROOT, "deploy", "images")
BUILD = os.path.join(ROOT, "build")
sys.path.insert(0, IMAGES)
sys.path.insert(0, os.path.join(ROOT, "tests", "contract"))

import assemble  # noqa: E402  (the path comes first)

UID = 65532
STORE = "/var/lib/prewarm/store"
WEIGHTS = os.environ.get("PREWARM_TEST_STORE", os.path.join(BUILD, "store"))
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin", "PREWARM_STORE": STORE}
_roots = {}
_scratch = tempfile.mkdtemp(prefix="prewarm-images-")
atexit.register(shutil.rmtree, _scratch, True)


def scratch(name):
    return tempfile.mkdtemp(prefix=name + "-", dir=_scratch)


def root(name):
    """The folder of an image, for those who leave it as it is."""
    given = os.environ.get("PREWARM_IMAGE_ROOTS")
    if given:
        return os.path.realpath(os.path.join(given, name))
    if name not in _roots:
        folder = os.path.join(_scratch, name)
        assemble.assemble(name, BUILD, folder)
        _roots[name] = folder
    return _roots[name]


def copy_of(name):
    """The same to change: files are links, so remove or replace, never write."""
    folder = os.path.join(scratch("copy"), name)
    shutil.copytree(root(name), folder, symlinks=True, copy_function=os.link)
    return folder


def replace(path, change):
    """Gives `path` a file of its own, changed by `change(path)`."""
    shutil.copyfile(path, path + ".own")
    os.chmod(path + ".own", 0o755)
    os.replace(path + ".own", path)
    change(path)


def command(folder, program, *arguments, binds=(), environment=None):
    """bwrap's command line. binds: (outside, inside, writable)."""
    line = ["bwrap", "--unshare-user", "--uid", str(UID), "--gid", str(UID),
            "--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts",
            "--cap-drop", "ALL", "--new-session", "--die-with-parent",
            "--ro-bind", folder, "/", "--proc", "/proc", "--dev", "/dev",
            "--tmpfs", "/tmp", "--chdir", "/", "--clearenv"]
    for outside, inside, writable in binds:
        line += ["--bind" if writable else "--ro-bind", outside, inside]
    for name, value in {**ENVIRONMENT, **(environment or {})}.items():
        line += ["--setenv", name, value]
    return line + ["--", program, *arguments]


def run(folder, program, *arguments, **more):
    """The ended program, with its output as text."""
    given = more.pop("input", None)
    return subprocess.run(command(folder, program, *arguments, **more),
                          capture_output=True, text=True, input=given,
                          timeout=120, check=False)


def wrapper(folder, program, **more):
    """A file to start in place of `program`, which runs it in the image."""
    path = os.path.join(scratch("run"), os.path.basename(program))
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'"
                      for word in command(folder, program, **more))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec {quoted} "$@"\n')
    os.chmod(path, 0o755)
    return path


def store():
    """The weights, with room for what a server keeps; (outside, inside, True)."""
    folder = scratch("store")
    shutil.copytree(os.path.join(WEIGHTS, "models"),
                    os.path.join(folder, "models"), copy_function=os.link)
    return (folder, STORE, True)
