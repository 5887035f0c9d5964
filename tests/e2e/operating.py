"""The operator in one namespace of the cluster: under the rights that it ships
with, as often as a test wants it, with a clock that suits the test."""
import collections
import datetime
import glob
import json
import os
import time

from policies import DEPLOY, ROOT, policy
from waiting import wait_for

BINARY = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    ROOT, "build", "bin", "warmup-controller"))
POLICIES = "/apis/prewarm.dev/v1alpha1/namespaces/{}/prewarmpolicies"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/{}/leases/prewarm-controller"
FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"
ALWAYS = [{"name": "always", "from": "00:00", "to": "24:00", "replicas": 2}]
# No waiting that a test does not ask for.
BRISK = {"warmup": {"jitter": "0s", "parallelism": 10},
         "scaleDown": {"delay": "0s", "keepIfNextWindowWithin": "0s"},
         "replicas": {"min": 0, "max": 8}}


def shipped_rules(cluster):
    """The very rules of deploy/kubernetes/rbac.yaml: {kind: rules}."""
    text = cluster.kubectl("create", "--dry-run=client", "-o", "json", "-f",
                           os.path.join(DEPLOY, "rbac.yaml")).strip()
    decoder, rules = json.JSONDecoder(), {}
    while text:
        made, end = decoder.raw_decode(text)
        text = text[end:].lstrip()
        for one in made.get("items", [made]):
            if one["kind"] in ("Role", "ClusterRole"):
                rules[one["kind"]] = one["rules"]
    return rules


def install(cluster):
    """All that kustomize makes of deploy/, in force; its text."""
    folder = "kubernetes" if cluster.version >= (1, 25) else "kubernetes-1.20"
    text = cluster.kubectl("kustomize", os.path.join(DEPLOY, "..", folder))
    cluster.kubectl("apply", "-f", "-", stdin=text)
    wait_for(lambda: cluster.admin.find(
        "/apis/prewarm.dev/v1alpha1/prewarmpolicies"), "served policies")
    return text


class Clock(collections.namedtuple("Clock", "ahead opens")):
    """Goes as ours does, `ahead` by some seconds: so windows, which begin at
    full minutes, begin when a test wants. `opens`: that minute, by ours."""

    @staticmethod
    def minute_in(seconds):
        """Its next full minute begins in so many seconds."""
        opens = time.time() + seconds
        return Clock(-opens % 60, opens)

    @staticmethod
    def of(moment, seconds):
        """In so many seconds it is `moment` there, a datetime."""
        opens = time.time() + seconds
        return Clock(moment.timestamp() - opens, opens)

    def window(self, minutes=1, **fields):
        """One that opens then, in UTC."""
        first = datetime.datetime.fromtimestamp(
            round(self.opens + self.ahead), datetime.timezone.utc)
        return {"name": "rush", "duration": f"{minutes}m", "replicas": 2,
                "cron": f"{first.minute} {first.hour} * * *", **fields}

    @property
    def environment(self):
        # Of the machine's architecture, whichever that is.
        return {"LD_PRELOAD": glob.glob(FAKETIME)[0],
                "FAKETIME": f"{self.ahead:+.3f}",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1"}


class Shop:
    """A namespace with operators. They end with the test, which fails where
    one of them was refused something."""

    def __init__(self, cluster, namespace):
        self.cluster = cluster
        self.namespace = namespace
        rules = shipped_rules(cluster)
        self.account = cluster.account(
            "operator", namespace, rules=rules["Role"],
            cluster_rules=rules["ClusterRole"])
        self.operators = []

    def operator(self, *options, clock=None, kubeconfig=None):
        """One more, started."""
        name = f"operator-{len(self.operators)}-{self.namespace}"
        made = self.cluster.program(
            name, [
                BINARY, "run", "--pod-name", name, "--kubeconfig",
                kubeconfig or self.account.kubeconfig,
                "--namespace", self.namespace, "--lease-namespace",
                self.namespace, "--listen", "127.0.0.1:0", *options],
            clock.environment if clock else None)
        self.operators.append(made)
        made.start()
        return made

    def close(self):
        for one in self.operators:
            one.stop()
        refused = self.cluster.audit.refused(self.account.user)
        assert not refused, refused

    def leading(self, seconds=60):
        """The operator that has the lease, once one that runs has it."""
        def found():
            holder = self.lease().get("holderIdentity", "")
            return next((one for one in self.operators if one.running()
                         and holder.startswith(one.name + "_")), None)
        return wait_for(found, "a leader", seconds)

    # Policies.

    def path(self, name="one"):
        return f"{POLICIES.format(self.namespace)}/{name}"

    def declare(self, name="one", **spec):
        made = policy(**{**BRISK, **spec})
        made["metadata"] = {"name": name, "namespace": self.namespace}
        return self.cluster.admin.post(POLICIES.format(self.namespace), made)

    def override(self, replicas, seconds, **spec):
        """A policy that asks for so many until then, which is answered, and
        for nothing else."""
        until = time.time() + seconds
        self.declare(windows=[{"name": "never", "cron": "0 0 29 2 *",
                               "duration": "1m"}],
                     override={"replicas": replicas, "until": time.strftime(
                         "%Y-%m-%dT%H:%M:%SZ", time.gmtime(until))}, **spec)
        return until

    def change(self, name="one", **spec):
        return self.cluster.admin.patch(self.path(name), {"spec": spec})

    def remove(self, name="one", seconds=60):
        """Returns when it is gone; not before it carries the finalizer, by
        which all is given back first."""
        wait_for(lambda: self.cluster.admin.get(self.path(name))[
            "metadata"].get("finalizers"), f"a finalizer of {name}")
        self.cluster.admin.delete(self.path(name))
        wait_for(lambda: not self.cluster.admin.find(self.path(name)),
                 f"no policy {name}", seconds)

    def status(self, name="one"):
        found = self.cluster.admin.find(self.path(name)) or {}
        return found.get("status", {})

    def condition(self, kind, name="one"):
        """The whole condition; {} where there is none."""
        for one in self.status(name).get("conditions", []):
            if one["type"] == kind:
                return one
        return {}

    def expect(self, kind, value="True", name="one", seconds=60):
        """The message of the condition, once it has that value; None: once
        there is no such condition."""
        def found():
            seen = self.condition(kind, name)
            return seen.get("status") == value and seen.get("message", "none")
        return wait_for(found, f"{kind} {value} of {name}", seconds)

    # What is scaled.

    def replicas(self, name="server"):
        return self.cluster.admin.get(
            f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{name}")[
                "spec"]["replicas"]

    def lease(self):
        return (self.cluster.admin.find(LEASE.format(self.namespace)) or {}) \
            .get("spec", {})

    def calls(self, verb, resource):
        """How many times the operators did that: what lost a race changed
        nothing."""
        return len([call for call in self.cluster.audit.calls(
            self.account.user) if call.code < 300 and
            (call.verb, call.resource) == (verb, resource)])


class Autoscaler:
    """A HorizontalPodAutoscaler "server", or a ScaledObject, of one shop."""

    def __init__(self, shop, keda=False):
        self.api = shop.cluster.admin
        group, kind = ("keda.sh/v1alpha1", "scaledobjects") if keda else (
            "autoscaling/v1", "horizontalpodautoscalers")
        self._all = f"/apis/{group}/namespaces/{shop.namespace}/{kind}"
        self._keda = keda
        self._field = "minReplicaCount" if keda else "minReplicas"
        self.path = f"{self._all}/server"

    def make(self, least=1, most=5, **more):
        scaled = {"kind": "Deployment", "name": "server",
                  "apiVersion": "apps/v1"}
        spec = {"scaleTargetRef": scaled, self._field: least,
                "maxReplicaCount" if self._keda else "maxReplicas": most,
                **more}
        if self._keda:
            spec["triggers"] = [{"type": "cpu", "metadata": {"value": "50"}}]
        self.api.post(self._all, {
            "apiVersion": "keda.sh/v1alpha1" if self._keda else
            "autoscaling/v1", "kind": "ScaledObject" if self._keda else
            "HorizontalPodAutoscaler", "metadata": {"name": "server"},
            "spec": spec})
        return self

    def remove(self):
        self.api.delete(self.path)

    def write(self, **spec):
        self.api.patch(self.path, {"spec": spec})

    def set_minimum(self, value):
        self.write(**{self._field: value})

    def annotate(self, **annotations):
        self.api.patch(self.path, {"metadata": {"annotations": annotations}})

    @property
    def minimum(self):
        return self.api.get(self.path)["spec"].get(self._field)

    @property
    def mark(self):
        """What the operator remembers there; None: nothing."""
        found = self.api.get(self.path)["metadata"].get("annotations", {})
        text = found.get("prewarm.dev/floor")
        return json.loads(text) if text else None

    def expect(self, minimum, seconds=30):
        wait_for(lambda: self.minimum == minimum, f"a minimum of {minimum}",
                 seconds)
