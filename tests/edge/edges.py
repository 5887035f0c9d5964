"""The real nginx and varnish with the configurations of deploy/edge, between a
test and a server of ours. Environment: PREWARM_EDGE_TOOLS (a folder with nginx
and varnishd: scripts/edge_tools.sh)."""
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "contract"))

import server  # noqa: E402  pylint: disable=wrong-import-position

DEPLOY = os.path.join(ROOT, "deploy", "edge")


def tool(name):
    folder = os.environ.get("PREWARM_EDGE_TOOLS")
    if not folder:
        raise RuntimeError("PREWARM_EDGE_TOOLS names no folder (fix: "
                           "make test-edge, or scripts/edge_tools.sh)")
    return os.path.join(folder, name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def replaced(text, changes):
    """`changes`: what stands once in `text`, and what is to stand there."""
    for old, new in changes:
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} is there {text.count(old)} times")
        text = text.replace(old, new)
    return text


class Origin:
    """A server of ours that counts what reaches it, by its own metrics."""

    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="prewarm-edge-origin-")
        secret = os.path.join(self.folder, "secret.txt")
        with open(secret, "w", encoding="ascii") as file:
            file.write("0123456789abcdef" * 4 + "\n")
        self.server = server.Server(
            "--results-secret-file", secret, "--results-dir",
            os.path.join(self.folder, "results"), *arguments)

    def stop(self):
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def metric(self, series):
        text = self.server.get("/metrics").body.decode()
        match = re.search(rf"^{re.escape(series)} (\S+)$", text, re.M)
        return float(match[1]) if match else 0

    def gets(self):
        """Questions for a result by GET so far."""
        return sum(self.metric(f'prewarm_result_cache_{kind}_total'
                               '{request="get"}')
                   for kind in ("hits", "misses"))


class Edge:
    """A proxy of its own folder and port. `command` has its arguments."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix=f"prewarm-{name}-")
        # Workers that are somebody else than root come in here, too.
        os.chmod(self.folder, 0o755)
        self.port = free_port()
        self.process = None
        self.log = os.path.join(self.folder, "output.log")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def start(self, *command):
        with open(self.log, "wb") as log:
            # A group of its own: the masters' children end with them.
            self.process = subprocess.Popen(command, stdout=log, stderr=log,
                                            start_new_session=True)
        try:
            server.wait_for(self._listens, "an open port of " + command[0])
        except AssertionError as error:
            said = self.output()
            self.stop()
            raise AssertionError(said) from error

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError("it ended: " + self.output())
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def request(self, method, path, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return server.Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)


class Nginx(Edge):
    def __init__(self, origin_port):
        super().__init__("nginx")
        self.cache = self.path("cache")
        with open(os.path.join(DEPLOY, "nginx.conf"),
                  encoding="utf-8") as file:
            text = replaced(file.read(), [
                ("/var/cache/nginx/prewarm", self.cache),
                ("server 127.0.0.1:8080;", f"server 127.0.0.1:{origin_port};"),
                ("listen 8000;", f"listen 127.0.0.1:{self.port};"),
                ("worker_processes auto;", "worker_processes 2;"),
                # Where a program that is not set up may write.
                ("http {\n", "http {\n" + "".join(
                    f"  {kind}_temp_path {self.path(kind)};\n" for kind in (
                        "client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
                 f"  access_log {self.path('access.log')};\n")])
        # As the packages run it, the workers are nobody special.
        user = "user nobody nogroup;\n" if os.getuid() == 0 else ""
        with open(self.path("nginx.conf"), "w", encoding="utf-8") as file:
            file.write(f"{user}daemon off;\npid {self.path('pid')};\n"
                       f"error_log {self.path('error.log')};\n{text}")
        self.start(tool("nginx"), "-p", self.folder, "-e",
                   self.path("error.log"), "-c", self.path("nginx.conf"))

    def purge(self, *keys):
        """What was said of them."""
        return subprocess.run(
            [os.path.join(DEPLOY, "purge-nginx.sh"), self.cache, *keys],
            check=True, stdout=subprocess.PIPE, text=True).stdout


class Varnish(Edge):
    def __init__(self, origin_port):
        super().__init__("varnish")
        with open(os.path.join(DEPLOY, "varnish.vcl"),
                  encoding="utf-8") as file:
            text = replaced(file.read(), [
                ('.port = "8080";', f'.port = "{origin_port}";')])
        with open(self.path("edge.vcl"), "w", encoding="utf-8") as file:
            file.write(text)
        self.start(tool("varnishd"), "-F", "-j", "none", "-n",
                   self.path("work"), "-a", f"127.0.0.1:{self.port}", "-f",
                   self.path("edge.vcl"), "-s", "malloc,64m", "-p",
                   "thread_pool_min=5", "-p", "thread_pool_max=100")

    def purge(self, *keys):
        for key in keys:
            reply = self.request("PURGE", "/api/v2/results/" + key)
            if reply.status != 200:
                raise AssertionError(f"PURGE: {reply.status}")
