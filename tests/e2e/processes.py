"""Containers as real processes: one process each, on the pod's address."""
import json
import os
import re
import shlex
import signal

from program import Program

COMMAND = "prewarm.dev/test-command"


class Processes:
    """Starts containers as processes; their logs lie in folder."""

    # Nobody tells us of an exit: look this often.
    poll = 0.1

    def __init__(self, folder):
        self._folder = folder

    def start(self, pod, spec, address, node, _woken):
        log = os.path.join(self._folder, f"{pod['metadata']['namespace']}_"
                           f"{pod['metadata']['name']}_{spec['name']}.log")
        environment = _environment(pod, spec, address, node)
        program = Program(spec["name"],
                          _command(pod, spec, environment), log, environment)
        program.start()
        return ProcessContainer(program)

    def close(self):
        pass


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
    if pod["spec"].get("initContainers"):
        raise ValueError("init containers are not run here")
    told = pod["metadata"].get("annotations", {}).get(COMMAND)
    if told and spec["name"] == pod["spec"]["containers"][0]["name"]:
        words = json.loads(told) if told.startswith("[") else \
            shlex.split(told)
    else:
        words = spec.get("command", []) + spec.get("args", [])
    if not words:
        raise ValueError(f"container {spec['name']} has no command, and no "
                         f"image is run here: annotate with {COMMAND}")
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
