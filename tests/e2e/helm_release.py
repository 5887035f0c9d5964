"""A release of the chart in one namespace of the cluster, by the real helm."""
import base64
import glob
import hashlib
import http.server
import json
import os
import subprocess
import tarfile
import threading
import urllib.request

from policies import ROOT
from waiting import wait_for

CHART = os.path.join(ROOT, "charts", "prewarm")
STORE = os.environ.get("PREWARM_TEST_STORE", os.path.join(
    ROOT, "build", "store"))
PACKAGE = os.path.join(os.environ.get("PREWARM_CACHE", os.path.expanduser(
    "~/.cache/prewarm")), "npm-1.4.5", "package")
PICTURE = os.path.join(ROOT, "tests", "contract", "data", "figure.jpg")
# No waiting that a test does not ask for.
QUICK = {"server": {"preStopSeconds": 1, "drainSeconds": 3}}


def merged(*parts):
    whole = {}
    for part in parts:
        for key, value in part.items():
            whole[key] = merged(whole[key], value) if isinstance(
                value, dict) and isinstance(whole.get(key), dict) else value
    return whole


class Release:
    """Not thread-safe. Commands raise RuntimeError with what helm said."""

    def __init__(self, cluster, namespace, name="shop"):
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
        self.server = f"{name}-prewarm-server"
        self.controller = f"{name}-prewarm-controller"

    def helm(self, command, *arguments, values=None):
        told = []
        if values is not None:
            told = ["--values", self.cluster.write(
                f"{self.namespace}-values.json", json.dumps(values))]
        done = subprocess.run(
            [self.cluster.program_path("helm"), command, *arguments, *told,
             "--namespace", self.namespace, "--kubeconfig",
             self.cluster.kubeconfig],
            capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "HOME": self.cluster.folder})
        if done.returncode:
            raise RuntimeError(f"helm {command}: {done.stdout}{done.stderr}")
        return done.stdout

    def install(self, *values, flags=("--skip-crds",)):
        """The definition is there, from deploy/ (fixture manifests): helm's
        server-side apply cannot make it on servers that do not know CEL."""
        return self.helm("install", self.name, CHART, *flags,
                         values=merged(QUICK, *values))

    def upgrade(self, *values, flags=()):
        return self.helm("upgrade", self.name, CHART, *flags,
                         values=merged(QUICK, *values))

    def uninstall(self):
        return self.helm("uninstall", self.name, "--timeout", "120s")

    # What has become of it.

    def path(self, kind, name="", group="/api/v1"):
        path = f"{group}/namespaces/{self.namespace}/{kind}"
        return f"{path}/{name}" if name else path

    def deployment(self, name=None):
        return self.cluster.admin.get(self.path(
            "deployments", name or self.server, "/apis/apps/v1"))

    def secret(self):
        """{key: text} of the admin token."""
        data = self.cluster.admin.get(self.path(
            "secrets", f"{self.name}-prewarm-admin-token"))["data"]
        return {key: base64.b64decode(value).decode()
                for key, value in data.items()}

    def pods(self, component="server"):
        """Those that nobody has deleted."""
        return [pod for pod in self.cluster.admin.list(
            self.path("pods"), labelSelector=(
                f"app.kubernetes.io/instance={self.name},"
                f"app.kubernetes.io/component={component}"))[0]
            if "deletionTimestamp" not in pod["metadata"]]

    def addresses(self):
        """Where visitors of the server's Service are sent to."""
        found = self.cluster.admin.find(self.path("endpoints", self.server))
        return {address["ip"] for subset in (found or {}).get("subsets") or []
                for address in subset.get("addresses") or []}

    def expect_warm(self, count=1, seconds=120):
        return wait_for(lambda: len(self.addresses()) == count and
                        self.addresses(), f"{count} endpoints", seconds)

    def expect_rolled_out(self, seconds=120):
        """The newest template's pods, and no others, have traffic."""
        def done():
            made = self.deployment()
            status, wanted = made["status"], made["spec"]["replicas"]
            return status.get("observedGeneration") == made["metadata"][
                "generation"] and all(
                    status.get(key, 0) == wanted for key in (
                        "replicas", "updatedReplicas", "availableReplicas"))
        wait_for(done, "a rollout's end", seconds)

    def visit(self):
        """A photo through the Service: status, type, state then."""
        service = self.cluster.admin.get(self.path("services", self.server))
        with open(PICTURE, "rb") as file:
            request = urllib.request.Request(
                f"http://{service['spec']['clusterIP']}/api/v2/process",
                file.read(), {"Content-Type": "image/jpeg"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return (answer.status, answer.headers["Content-Type"],
                    answer.headers["X-Prewarm-State"])


def fill(folder, *parts):
    """The claim's folder, as if the model had been imported."""
    for part in parts or ("models", "state"):
        source = os.path.join(STORE, part)
        if os.path.isdir(source):
            subprocess.run(["cp", "-r", source, folder], check=True)
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)


class Registry:
    """An npm registry with one package: of that of the weights what the model
    needs. url and sha256 are what the chart is told."""
    # Where npm looks for the one that the chart names.
    ARCHIVE = ("@imgly/background-removal-data/-/"
               "background-removal-data-1.4.5.tgz")

    def __init__(self, folder):
        path = os.path.join(folder, self.ARCHIVE)
        os.makedirs(os.path.dirname(path))
        with open(os.path.join(PACKAGE, "dist", "resources.json"),
                  encoding="utf-8") as file:
            chunks = json.load(file)["/models/medium"]["chunks"]
        with tarfile.open(path, "w:gz", compresslevel=1) as archive:
            for name in ["resources.json", *[one["hash"] for one in chunks]]:
                archive.add(os.path.join(PACKAGE, "dist", name),
                            f"package/dist/{name}")
        with open(path, "rb") as file:
            self.sha256 = hashlib.sha256(file.read()).hexdigest()
        self.requests = 0
        registry = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                registry.requests += 1
                super().do_GET()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), lambda *args: Handler(*args, directory=folder))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever,
                                        daemon=True)
        self._thread.start()

    @property
    def values(self):
        return {"model": {"import": {"from": "npm", "npm": {
            "registry": self.url, "sha256": self.sha256}}}}

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def models_in(folder):
    return glob.glob(os.path.join(folder, "models", "*", "*",
                                  "manifest.yaml"))
