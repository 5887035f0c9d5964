"""A service of Cloud Run: its document, instances that start, and calls that
reach any of them."""
import json
import random
import threading
import time
import uuid

from http_double import Listener, Refusal


class Instance:
    def __init__(self, ready_at):
        self.id = uuid.uuid4().hex[:16]
        self.ready_at = ready_at
        self.calls = 0

    def is_ready(self):
        return time.monotonic() >= self.ready_at


class Service:
    """A service with instances that start, and calls that reach any of them."""

    def __init__(self, double, name, minimum=0, maximum=None, template=None,
                 start_seconds=0.2, picks="spread", **document):
        self.double = double
        self.name = name
        self.start_seconds = start_seconds
        self.picks = picks  # "spread", "packed": the first one that is ready
        self.token = None  # the admin token that it wants
        self.proves_nothing = False
        self.instances = []
        self.lock = threading.RLock()
        self.calls = []
        self.patches = []  # what was really written
        self.listener = Listener(self.answer)
        self.document = {
            "name": name, "uid": str(uuid.uuid4()), "generation": "1",
            "observedGeneration": "1", "etag": self._etag(),
            "labels": {"team": "shop"}, "annotations": {"shop.example/a": "b"},
            "createTime": "2026-01-01T00:00:00Z",
            "updateTime": "2026-01-01T00:00:00.123456Z",
            "launchStage": "GA", "ingress": "INGRESS_TRAFFIC_ALL",
            "template": template or self.usual_template(),
            "traffic": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
                         "percent": 100}],
            "uri": self.listener.url, "urls": [self.listener.url],
            "terminalCondition": {
                "type": "Ready", "state": "CONDITION_SUCCEEDED",
                "lastTransitionTime": "2026-01-01T00:00:01Z"},
            "latestReadyRevision": name + "/revisions/server-00001-abc",
            "latestCreatedRevision": name + "/revisions/server-00001-abc",
            "scaling": {}, **document}
        if minimum:
            self.document["scaling"]["minInstanceCount"] = minimum
        if maximum:
            self.document["scaling"]["maxInstanceCount"] = maximum
        self.fill()

    @staticmethod
    def usual_template(probe="/readyz", idle=False, maximum=100):
        container = {"image": "europe-docker.pkg.dev/shop/prewarm/server:1",
                     "ports": [{"name": "http1", "containerPort": 8080}],
                     "resources": {"limits": {"cpu": "2", "memory": "2Gi"},
                                   "cpuIdle": idle, "startupCpuBoost": True}}
        if probe:
            container["startupProbe"] = {
                "httpGet": {"path": probe, "port": 8080},
                "periodSeconds": 2, "failureThreshold": 120}
        return {"scaling": {"maxInstanceCount": maximum},
                "containers": [container], "timeout": "300s",
                "serviceAccount": "server@shop-project.iam.gserviceaccount.com",
                "maxInstanceRequestConcurrency": 8}

    @staticmethod
    def _etag():
        return '"%s"' % uuid.uuid4().hex

    def minimum(self):
        return self.document["scaling"].get("minInstanceCount", 0)

    def mark(self):
        text = self.document["annotations"].get("prewarm.dev/floor")
        return json.loads(text) if text else None

    def write(self, minimum=None, annotations=None):
        """As somebody else."""
        with self.lock:
            if minimum is not None:
                self._set_minimum(minimum)
            if annotations is not None:
                self.document["annotations"] = annotations
            self.touch()
            self.fill()

    def _set_minimum(self, minimum):
        # What has its default value is left out, as the API does.
        self.document["scaling"].pop("minInstanceCount", None)
        if minimum:
            self.document["scaling"]["minInstanceCount"] = minimum

    def touch(self):
        self.document["etag"] = self._etag()
        self.document["generation"] = str(
            int(self.document["generation"]) + 1)
        self.document["observedGeneration"] = self.document["generation"]

    def fill(self):
        with self.lock:
            while len(self.instances) < self.minimum():
                self.instances.append(
                    Instance(time.monotonic() + self.start_seconds))
            del self.instances[max(self.minimum(), 0):]

    def start_now(self):
        """All that start are ready."""
        with self.lock:
            for one in self.instances:
                one.ready_at = 0

    def ready(self):
        with self.lock:
            return [one for one in self.instances if one.is_ready()]

    def _pick(self):
        """Blocks as Cloud Run does while an instance starts."""
        with self.lock:
            if not self.instances:
                self.instances.append(
                    Instance(time.monotonic() + self.start_seconds))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self.double.closed:
            with self.lock:
                ready = self.ready()
                if ready:
                    one = ready[0] if self.picks == "packed" else \
                        random.choice(ready)
                    one.calls += 1
                    return one
            time.sleep(0.01)
        raise Refusal(503, "no instance")

    def answer(self, method, path, headers, body):
        """What Cloud Run's front and the server behind it say."""
        self.calls.append((method, path.split("?")[0]))
        self.double.fault("service")
        try:
            token = headers.get("authorization", "").split(" ", 1)[-1]
            claims = self.double.key.verified(token)[1]
            good = claims["aud"] == self.listener.url and \
                claims["exp"] > time.time()
        except (ValueError, KeyError):
            good = False
        if not good:
            return 401, {"Content-Type": "text/html"}, b"<h1>401</h1>"
        if self.double.may_not_invoke:
            return 403, {"Content-Type": "text/html"}, b"<h1>403</h1>"
        one = self._pick()
        if self.token and headers.get("x-prewarm-admin-token") != self.token:
            return 401, {}, {"title": "the token is missing or wrong"}
        if method != "POST" or path.split("?")[0] != "/warmup":
            return 404, {}, {"title": "there is no such path"}
        return 200, {}, {
            "state": "ready", "instance_id": one.id,
            "already_warm": one.calls > 1,
            "phases": [{"name": "first_inference", "start_ms": 0,
                        "duration_ms": 5}],
            "verified": {"canary": not self.proves_nothing}}
