"""The real controller in local mode for the contract tests.

Environment: PREWARM_CONTROLLER (build/bin/warmup-controller).
"""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile

from server import ROOT, Reply, wait_for

BINARY = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    ROOT, "build", "bin", "warmup-controller"))
INSTANCE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "fake_instance.py")
# event=listening listener=inner port=1234, as text.
LISTENING = r"event=listening listener={} port=(\d+)"


def free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    # Other processes of tests look elsewhere: nobody holds what was found.
    for place in range(120):
        first = 20000 + (os.getpid() + place) % 120 * 97
        sockets = []
        try:
            for port in range(first, first + count):
                one = socket.socket()
                sockets.append(one)
                one.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
    raise AssertionError(f"no {count} free ports in a row")


def local_process(name, *arguments, ports=8, **spec):
    first = free_ports(ports)
    return {"apiVersion": "prewarm.dev/v1alpha1", "kind": "LocalProcess",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"command": ["python3", INSTANCE, "{port}", *arguments],
                     "ports": {"from": first, "to": first + ports - 1},
                     "stopTimeout": "2s", **spec}}


def fixed_urls(name, *urls):
    return {"apiVersion": "prewarm.dev/v1alpha1", "kind": "FixedUrls",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"urls": list(urls)}}


def policy(name, target, kind="LocalProcess", **spec):
    return {"apiVersion": "prewarm.dev/v1alpha1", "kind": "PrewarmPolicy",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"targetRef": {"kind": kind, "name": target},
                     "replicas": {"max": 4},
                     "warmup": {"jitter": "0s", "timeout": "20s"}, **spec}}


def always(replicas=1):
    """A window that is open whenever a test runs."""
    return [{"name": "always", "from": "00:00", "to": "24:00",
             "replicas": replicas}]


class Program:
    """The controller as one of its commands; what it logs, and its end."""

    def __init__(self, command, *arguments, environment=None):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log",
                                               delete=False)
        self.process = subprocess.Popen([BINARY, command, *arguments],
                                        stdout=self.log, stderr=self.log,
                                        env=environment)

    def port_of(self, listener):
        def found():
            match = re.search(LISTENING.format(listener), self.log_text())
            if not match and self.process.poll() is not None:
                raise RuntimeError("the controller ended: " + self.log_text())
            return match
        return int(wait_for(found, f"port of {listener}")[1])

    def log_text(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


class Controller(Program):
    def __init__(self, *documents, arguments=(), folder=None, wait=True):
        self.folder = folder or tempfile.mkdtemp(prefix="policies")
        if documents:
            self.declare(*documents)
        super().__init__("local", "--policies", self.folder, "--listen",
                         "127.0.0.1:0", "--public", "127.0.0.1:0", *arguments)
        if wait:
            self.port = self.port_of("inner")
            self.public_port = self.port_of("public")

    def declare(self, *documents, name="all.json"):
        """JSON is YAML, one document a file."""
        for old in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, old))
        for number, document in enumerate(documents):
            path = os.path.join(self.folder, f"{number}-{name}")
            with open(path + ".part", "w", encoding="utf-8") as file:
                json.dump(document, file)
            os.rename(path + ".part", path)

    def request(self, method, path, body=None, headers=None, public=False):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.public_port if public else self.port,
            timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def target(self, name):
        reply = self.get(f"/api/v1/targets/shop/{name}/warmup")
        return reply.json() if reply.status == 200 else None

    def policy(self, name):
        reply = self.get(f"/api/v1/policies/shop/{name}")
        return reply.json() if reply.status == 200 else None

    def await_target(self, name, condition, what, seconds=60):
        def reached():
            target = self.target(name)
            return target if target and condition(target) else None
        try:
            return wait_for(reached, what, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.target(name)}\n"
                                 + self.log_text()[-4000:]) from error

    def intent(self, name, visitor, state="open", headers=None):
        return self.request(
            "POST", f"/api/v1/targets/shop/{name}/intent",
            json.dumps({"visitor": visitor, "state": state}),
            {"Content-Type": "application/json", **(headers or {})},
            public=True)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children",
                  encoding="ascii") as file:
            return [int(child) for child in file.read().split()]
    except FileNotFoundError:
        return []
