"""The real controller in Cloud Run mode, beside the double of Google Cloud."""
import http.client
import json
import os
import tempfile
import unittest

from controller import Program
from google_double import GoogleDouble
from server import Reply, wait_for

AUDIENCE = "https://controller.example/reconcile"
SCHEDULER = "scheduler@shop-project.iam.gserviceaccount.com"


def policy(name, target="server", namespace="shop", **spec):
    return {"apiVersion": "prewarm.dev/v1alpha1", "kind": "PrewarmPolicy",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"targetRef": {"kind": "CloudRunService", "name": target},
                     "replicas": {"max": 8},
                     "warmup": {"jitter": "0s", "timeout": "20s"}, **spec}}


class CloudRun(Program):
    def __init__(self, double, *documents, arguments=(), folder=None,
                 wait=True, steps=False, place=True):
        self.folder = folder or tempfile.mkdtemp(prefix="policies")
        self.double = double
        if documents:
            self.declare(*documents)
        more = ["--project", "shop-project", "--location",
                "europe-west1"] if place else []
        if steps:
            more += ["--on-request", "--reconcile-audience", AUDIENCE,
                     "--reconcile-caller", SCHEDULER]
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("GOOGLE_") and name != "PORT"}
        environment["GCE_METADATA_HOST"] = double.url.split("//")[1]
        super().__init__(
            "cloudrun", "--policies", self.folder, "--listen", "127.0.0.1:0",
            "--look-every", "1s", "--run-endpoint", double.url,
            "--keys-endpoint", double.url + "/certs", *more, *arguments,
            environment=environment)
        if wait:
            self.port = self.port_of("inner")

    def declare(self, *documents):
        for old in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, old))
        for number, document in enumerate(documents):
            path = os.path.join(self.folder, f"{number}.json")
            with open(path + ".part", "w", encoding="utf-8") as file:
                json.dump(document, file)
            os.rename(path + ".part", path)

    def intent(self, visitor, state="open", name="server"):
        return self.request(
            "POST", f"/api/v1/targets/shop/{name}/intent",
            {"Content-Type": "application/json"},
            body=json.dumps({"visitor": visitor, "state": state}))

    def request(self, method, path, headers=None, timeout=60, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def reconcile(self, token=None, **more):
        if token is None:
            token = self.double.id_token(AUDIENCE, SCHEDULER, **more)
        headers = {"Authorization": "Bearer " + token} if token else {}
        return self.request("POST", "/reconcile", headers)

    def target(self, name="server"):
        reply = self.request("GET", f"/api/v1/targets/shop/{name}/warmup")
        return reply.json() if reply.status == 200 else None

    def policy(self, name="hours"):
        reply = self.request("GET", f"/api/v1/policies/shop/{name}")
        return reply.json() if reply.status == 200 else None

    def condition(self, kind, name="hours"):
        state = self.policy(name)
        for one in state["conditions"] if state else []:
            if one["type"] == kind and one["status"] == "True":
                return one
        return None

    def wait_for(self, condition, what, seconds=60):
        try:
            return wait_for(condition, what, seconds)
        except AssertionError as error:
            raise AssertionError(
                f"{error}\n{self.target()}\n{self.policy()}\n"
                f"{self.double.counts} {self.double.complaints}\n"
                + self.log_text()[-4000:]) from error

    def await_warm(self, count, name="server"):
        return self.wait_for(
            lambda: (self.target(name) or {}).get("warm") == count,
            f"{count} warm")


class CloudRunCase(unittest.TestCase):
    def setUp(self):
        self.double = GoogleDouble()
        self.addCleanup(self.double.close)
        # Before the double is closed, and after the controller has ended.
        self.addCleanup(self.check_messages)

    def check_messages(self):
        self.assertEqual(self.double.complaints, [])

    def start(self, *documents, **more):
        controller = CloudRun(self.double, *documents, **more)
        self.addCleanup(controller.stop)
        return controller
