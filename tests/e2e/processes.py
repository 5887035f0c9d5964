"""Containers as real processes: one process each, on the pod's address. Of an
image that we know (sandbox.py) with root, volumes and user of their own."""
import itertools
import json
import os
import re
import shlex
import signal

import sandbox
from program import Program
from service_proxy import hosts
from volumes import Volumes

COMMAND = "prewarm.dev/test-command"
_numbers = itertools.count(1)


class Processes:
    """Starts containers as processes; their logs lie in folder."""

    # Nobody tells us of an exit: look this often.
    poll = 0.1

    def __init__(self, folder, cluster):
        self._folder = folder
        self._cluster = cluster
        self.volumes = Volumes(cluster.admin, os.path.join(cluster.folder,
                                                           "volumes"))

    def start(self, pod, spec, address, node, _woken):
        """Raises NotYet while a volume is not there."""
        log = os.path.join(self._folder, f"{pod['metadata']['namespace']}_"
                           f"{pod['metadata']['name']}_{spec['name']}.log")
        environment = _environment(pod, spec, address, node)
        if COMMAND not in pod["metadata"].get("annotations", {}) and \
                sandbox.image_name(spec["image"]) in sandbox.IMAGES:
            program = Program(spec["name"], self._inside(
                pod, spec, address, environment), log)
        else:
            program = Program(spec["name"],
                              _command(pod, spec, environment), log,
                              environment)
        program.start()
        return ProcessContainer(program)

    def hook(self, spec, words):
        """A command that a container's life asks for, outside of it."""
        program = Program(f"{spec['name']}-hook", words, os.devnull)
        program.start()
        return ProcessContainer(program)

    def forget(self, pod):
        self.volumes.forget(pod)

    def close(self):
        pass

    def _inside(self, pod, spec, address, environment):
        namespace = pod["metadata"]["namespace"]
        # A pod's network is its own there: all its addresses are one here.
        words = [re.sub(r"\b(0\.0\.0\.0|127\.0\.0\.1)\b", address, word)
                 for word in _expanded(sandbox.words_of(spec), environment)]
        cluster = self._cluster
        return sandbox.enter(
            pod, spec, words, {"KUBERNETES_SERVICE_HOST": "127.0.0.1",
                               "KUBERNETES_SERVICE_PORT": str(cluster.port),
                               **environment},
            self.volumes.mounts(pod, spec), hosts(cluster.admin, namespace),
            os.path.join(cluster.folder, "sandboxes", str(next(_numbers))))


class ProcessContainer:
    def __init__(self, program):
        self._program = program

    @property
    def pid(self):
        return self._program.pid

    def exit_code(self):
        """None while it runs; as a shell tells it."""
        code = self._program.returncode()
        return code if code is None or code >= 0 else 128 - code

    def answers(self, _probe):
        """Nobody knows without a probe."""
        return None

    def terminate(self):
        # A frozen one would never read the signal.
        self.thaw()
        self._program.send(signal.SIGTERM)

    def kill(self):
        self._program.kill()

    def freeze(self):
        """Connections are accepted by the kernel and never answered."""
        self._program.freeze()

    def thaw(self):
        self._program.thaw()


def _command(pod, spec, environment):
    """The pod's annotation (a JSON list or a shell line, for its first
    container), or the container's command and arguments."""
    told = pod["metadata"].get("annotations", {}).get(COMMAND)
    if told and spec["name"] == pod["spec"]["containers"][0]["name"]:
        words = json.loads(told) if told.startswith("[") else \
            shlex.split(told)
    else:
        words = spec.get("command", []) + spec.get("args", [])
    if not words:
        raise ValueError(f"container {spec['name']} has no command, and no "
                         f"image is run here: annotate with {COMMAND}")
    return _expanded(words, environment)


def _expanded(words, environment):
    return [re.sub(r"\$\((\w+)\)", lambda match: environment.get(
        match[1], match[0]), word) for word in words]


def _environment(pod, spec, address, node):
    """The container's, with the fields of the pod it refers to. POD_IP is
    always there: each pod has to listen on its own address."""
    fields = {"status.podIP": address, "spec.nodeName": node,
              "status.hostIP": node,
              **{f"metadata.{name}": pod["metadata"].get(name, "")
                 for name in ("name", "namespace", "uid")}}
    found = {"POD_IP": address}
    for entry in spec.get("env", []):
        source = entry.get("valueFrom", {}).get("fieldRef")
        if source:
            found[entry["name"]] = fields.get(source["fieldPath"], "")
        elif "valueFrom" not in entry:
            found[entry["name"]] = entry.get("value", "")
    return found
