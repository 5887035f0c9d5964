"""A real control plane: etcd, kube-apiserver with RBAC and audit,
kube-controller-manager. There are no nodes: kubelet.py plays those.

    with Cluster() as cluster:
        cluster.admin.get("/api/v1/namespaces")

Call network.own_network() first: endpoints refuse addresses on 127.0.0.0/8.
"""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

import audit
from accounts import kubeconfig, make_account
from api import Api, ApiError
from network import SERVICES, free_port
from pki import Pki
from program import Program, log_end
from waiting import wait_for

BINARIES = os.environ.get("PREWARM_E2E_BIN", "")
ADMIN, MANAGER = "admin-token", "manager-token"


class Cluster:
    """Not thread-safe, but what `admin` is. Everything it made is gone after
    stop(): processes in reverse order, then its folder."""

    def __init__(self, binaries=None):
        self._binaries = binaries or BINARIES
        if not os.path.exists(os.path.join(self._binaries, "kube-apiserver")):
            raise RuntimeError(
                "PREWARM_E2E_BIN names no folder with kube-apiserver "
                "(fix: export PREWARM_E2E_BIN=$(scripts/control_plane.sh))")
        self._others = []
        self.folder = tempfile.mkdtemp(prefix="prewarm-cluster-")
        self.version = self._version()
        self.port = free_port()
        self._etcd_port = free_port()
        self.pki = Pki(self._path("pki"))
        self.audit = audit.Log(self._path("audit.log"))
        self.admin = Api(self.port, self.pki.ca, ADMIN)
        self.kubeconfig = kubeconfig(self, "admin", ADMIN)
        self.etcd = self._program("etcd", self._etcd_flags())
        self.api_server = self._program("kube-apiserver", self._api_flags())
        self.manager = self._program("kube-controller-manager",
                                     self._manager_flags())

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.start_etcd()
        self.start_api_server()
        self.manager.start()
        self._await(self.manager, lambda: self.admin.find(
            "/api/v1/namespaces/default/serviceaccounts/default"),
            "an account made by kube-controller-manager")

    def stop(self):
        for program in reversed(self.programs()):
            program.stop(seconds=1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def programs(self):
        return [self.etcd, self.api_server, self.manager, *self._others]

    def program(self, name, command, environment=None):
        """One more (the operator): yours to start and to stop; its log is
        shown when a test fails, and it ends with the cluster at the latest."""
        self._others.append(Program(name, command, self._path(name + ".log"),
                                    environment))
        return self._others[-1]

    # Failures on request. Clients see refused connections in between.

    def start_api_server(self):
        begin = time.time()
        self.api_server.start()
        self._await(self.api_server, lambda: self._ready("/readyz"),
                    "a ready API server")
        self.audit.starts.append((begin, time.time()))
        if self.manager.running():
            # It would wait for up to half a minute before it asks again.
            self.manager.kill()
            self.manager.start()

    def stop_api_server(self):
        # A graceful end waits a minute for open watches to be closed.
        self.api_server.stop(seconds=1)

    def restart_api_server(self):
        self.stop_api_server()
        self.start_api_server()

    def start_etcd(self):
        self.etcd.start()
        self._await(self.etcd, self._etcd_healthy, "a healthy etcd")

    def stop_etcd(self):
        self.etcd.stop()

    def compact(self):
        """Forgets all history: lists that go on and watches from any version
        known before answer 410. Restarts the API server, whose watch cache
        would remember for longer than etcd does."""
        self.stop_api_server()
        # The newest version stays watchable; so another one follows it.
        answer = {}
        for _ in range(2):
            answer = self._etcd("/v3/kv/put", {"key": "cHJld2FybQ==",
                                               "value": ""})
        self._etcd("/v3/kv/compaction", {
            "revision": answer["header"]["revision"], "physical": True})
        self.start_api_server()

    # Users.

    def account(self, name, namespace="default", rules=(), cluster_rules=()):
        """A service account with these RBAC rules and no others, in force."""
        return make_account(self, name, namespace, rules, cluster_rules)

    def kubectl(self, *arguments, stdin=None, config=None):
        """kubectl's stdout; a failure raises with its stderr."""
        done = subprocess.run(
            [os.path.join(self._binaries, "kubectl"), "--kubeconfig",
             config or self.kubeconfig, *arguments],
            input=stdin, capture_output=True, text=True, timeout=120,
            check=False, env={**os.environ, "HOME": self.folder})
        if done.returncode:
            raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def program_path(self, name):
        """Where kubectl or helm lies."""
        return os.path.join(self._binaries, name)

    def apply(self, *objects):
        text = "\n---\n".join(json.dumps(one) for one in objects)
        return self.kubectl("apply", "-f", "-", stdin=text)

    def namespace(self, name):
        """Makes it, with the account that its pods run as."""
        self.admin.post("/api/v1/namespaces", {"metadata": {"name": name}})
        wait_for(lambda: self.admin.find(
            f"/api/v1/namespaces/{name}/serviceaccounts/default"),
            f"the default account of {name}")
        return name

    def describe(self, namespace):
        """For the report of a failure: pods, events, the ends of the logs."""
        text = self.kubectl("get", "pods,events", "-n", namespace, "-o",
                            "wide")
        for log in sorted(glob.glob(self._path(f"pods/{namespace}_*"))):
            text += f"\n{os.path.basename(log)}: {log_end(log, 500)}"
        for program in filter(lambda one: one.pid, self.programs()):
            text += f"\n{program.name}: {log_end(program.log, 1000)}"
        return text

    def write(self, name, text):
        """A file of the cluster's folder; gone with it."""
        path = self._path(name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    # What the processes are started with.

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _program(self, name, flags):
        return Program(name, [os.path.join(self._binaries, name), *flags],
                       self._path(name + ".log"))

    def _version(self):
        told = subprocess.run(
            [os.path.join(self._binaries, "kube-apiserver"), "--version"],
            capture_output=True, text=True, check=True).stdout
        major, minor = re.search(r"v(\d+)\.(\d+)", told).groups()
        return int(major), int(minor)

    def _etcd_flags(self):
        own = f"http://127.0.0.1:{self._etcd_port}"
        peer = f"http://127.0.0.1:{free_port()}"
        return ["--data-dir", self._path("etcd"), "--name", "one",
                "--listen-client-urls", own, "--advertise-client-urls", own,
                "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer,
                "--initial-cluster", f"one={peer}", "--unsafe-no-fsync"]

    def _api_flags(self):
        pki = self.pki
        tokens = self.write("tokens.csv", (
            f'{ADMIN},admin,admin,"system:masters"\n'
            f'{MANAGER},system:kube-controller-manager,kcm,"system:masters"\n'
        ))
        flags = [
            f"--etcd-servers=http://127.0.0.1:{self._etcd_port}",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            f"--secure-port={self.port}", "--endpoint-reconciler-type=none",
            f"--tls-cert-file={pki.api_cert}",
            f"--tls-private-key-file={pki.api_key}",
            f"--client-ca-file={pki.ca}", f"--token-auth-file={tokens}",
            "--authorization-mode=RBAC",
            f"--service-cluster-ip-range={SERVICES}",
            f"--service-account-key-file={pki.account_public}",
            f"--service-account-signing-key-file={pki.account_key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--audit-policy-file={self.write('audit.yaml', audit.POLICY)}",
            f"--audit-log-path={self.audit.path}"]
        # The unencrypted port was on by default until 1.20, gone in 1.24.
        return flags + ["--insecure-port=0"] * (self.version < (1, 24))

    def _manager_flags(self):
        flags = [
            "--kubeconfig=" + kubeconfig(self, "manager", MANAGER),
            "--bind-address=127.0.0.1", f"--secure-port={free_port()}",
            "--leader-elect=false", f"--root-ca-file={self.pki.ca}",
            f"--service-account-private-key-file={self.pki.account_key}",
            # No pod is evicted because a test has stopped its kubelet.
            "--controllers=*,-nodelifecycle,-nodeipam",
            # A test of thousands of pods measures us, not this throttle.
            "--kube-api-qps=1000", "--kube-api-burst=2000",
            "--horizontal-pod-autoscaler-sync-period=2s"]
        return flags + ["--port=0"] * (self.version < (1, 24))

    # Readiness.

    def _await(self, program, condition, what):
        def reached():
            program.expect_running()
            return condition()
        try:
            # Seconds, but for a machine with several of these.
            wait_for(reached, what, 180)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{log_end(program.log)}") from error

    def _ready(self, path):
        try:
            self.admin.get(path)
            return True
        except ApiError:
            return False

    def _etcd(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._etcd_port}{path}",
            json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def _etcd_healthy(self):
        try:
            # A read through the quorum: after a leader was elected.
            return self._etcd("/v3/kv/range", {"key": "AA=="})
        except OSError:
            return False
