"""A double of the parts of Google Cloud that the controller talks to: the Admin
API of Cloud Run (services and operations), services behind it, the metadata
server, the token endpoint and the public keys.

It listens on 127.0.0.1 only. Every request and every answer of the Admin API is
held against Google's own descriptors; what does not fit is in `complaints`.

Environment: PREWARM_CLOUDRUN_SCHEMA (scripts/cloudrun_schema.sh).
"""
import copy
import json
import os
import threading
import time
import urllib.parse
import uuid

from google_keys import google_claims, shared_key
from http_double import Dropped, Listener, Refusal
from proto_json import Descriptors
from run_service_double import Service

SERVICE = "google.cloud.run.v2.Service"
OPERATION = "google.longrunning.Operation"
PLACE = "projects/shop-project/locations/europe-west1"
ACCOUNT = "controller@shop-project.iam.gserviceaccount.com"
def descriptors():
    folder = os.environ.get("PREWARM_CLOUDRUN_SCHEMA")
    if not folder:
        raise RuntimeError("PREWARM_CLOUDRUN_SCHEMA names no folder (fix: make "
                           "test-contract, or scripts/cloudrun_schema.sh)")
    return Descriptors(os.path.join(folder, "run.json"))


class GoogleDouble:
    def __init__(self, operation_seconds=0.2):
        self.descriptors = descriptors()
        self.key = shared_key("google-1")
        self.keys = [self.key]
        self.account_key = shared_key("account-key-1")
        self.operation_seconds = operation_seconds
        self.services = {}
        self.operations = {}
        self.access = {}  # tokens, until when
        self.counts = {}  # of calls, by kind
        self.complaints = []
        self.faults = []
        self.denied = {}  # permission: message
        self.may_not_invoke = False
        self.access_lifetime = 3600
        self.keys_max_age = 600
        self.closed = False
        self.lock = threading.RLock()
        self.listener = Listener(self.answer)
        self.url = self.listener.url

    def close(self):
        self.closed = True
        for service in self.services.values():
            service.listener.close()
        self.listener.close()

    def add(self, short="server", place=PLACE, **more):
        name = f"{place}/services/{short}"
        self.services[name] = Service(self, name, **more)
        return self.services[name]

    def fail(self, kind, status=None, times=1, message="told to fail",
             drop=False, retry_after=None, operation_error=None):
        """The next `times` calls of a kind: get, patch, poll, access,
        identity, keys, service. `operation_error`: the operation of the next
        patch ends so."""
        self.faults.append({"kind": kind, "status": status, "times": times,
                            "message": message, "drop": drop,
                            "retry_after": retry_after,
                            "operation_error": operation_error})

    def fault(self, kind):
        with self.lock:
            for fault in self.faults:
                if fault["kind"] != kind or fault["times"] == 0:
                    continue
                fault["times"] -= 1
                break
            else:
                return None
        if fault["drop"]:
            raise Dropped()
        if fault["status"]:
            headers = {"Retry-After": str(fault["retry_after"])} \
                if fault["retry_after"] else {}
            raise Refusal(fault["status"], fault["message"], headers)
        return fault["operation_error"]

    def hold(self, kind, value, is_request=False):
        for one in self.descriptors.complaints(kind, value, is_request):
            self.complaints.append(one)
        return value

    def count(self, kind):
        with self.lock:
            self.counts[kind] = self.counts.get(kind, 0) + 1

    def answer(self, method, path, headers, body):
        url = urllib.parse.urlsplit(path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path.startswith("/computeMetadata/"):
            return self.metadata(url.path, query, headers)
        if url.path == "/token":
            return self.exchange(method, headers, body)
        if url.path == "/certs":
            self.count("keys")
            self.fault("keys")
            return 200, {"Cache-Control":
                         f"public, max-age={self.keys_max_age}"}, \
                {"keys": [key.jwk() for key in self.keys]}
        if url.path.startswith("/v2/"):
            return self.admin(method, url.path[4:], query, headers, body)
        raise Refusal(404, f"no {path}")

    # The metadata server and the token endpoint.

    def new_access(self):
        text = "ya29.double-" + uuid.uuid4().hex
        self.access[text] = time.time() + self.access_lifetime
        return text

    def id_token(self, audience, email=ACCOUNT, lifetime=3600, key=None,
                 header=None, **more):
        claims = google_claims(audience, email, lifetime, **more)
        claims = {name: value for name, value in claims.items()
                  if value is not None}
        return (key or self.key).sign(claims, header)

    def metadata(self, path, query, headers):
        if headers.get("metadata-flavor") != "Google":
            raise Refusal(403, "no Metadata-Flavor")
        answer = {"Metadata-Flavor": "Google"}
        start = "/computeMetadata/v1/instance/service-accounts/default/"
        if path == start + "token":
            self.count("access")
            self.fault("access")
            return 200, answer, {"access_token": self.new_access(),
                                 "expires_in": self.access_lifetime,
                                 "token_type": "Bearer"}
        if path == start + "identity":
            self.count("identity")
            self.fault("identity")
            return 200, answer, self.id_token(query["audience"]).encode()
        raise Refusal(404, f"no {path}")

    def key_file(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"type": "service_account", "project_id": "shop-project",
                       "private_key_id": self.account_key.key_id,
                       "private_key": self.account_key.pem(),
                       "client_email": ACCOUNT, "client_id": "1",
                       "token_uri": self.url + "/token"}, file)
        return path

    def exchange(self, method, headers, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if method != "POST" or form.get("grant_type") != \
                "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return 400, {}, {"error": "unsupported_grant_type"}
        try:
            header, claims = self.account_key.verified(form["assertion"])
        except (ValueError, KeyError):
            return 400, {}, {"error": "invalid_grant",
                             "error_description": "Invalid JWT Signature."}
        now = time.time()
        wrong = [what for what, good in (
            ("alg", header.get("alg") == "RS256"),
            ("kid", header.get("kid") == self.account_key.key_id),
            ("iss", claims.get("iss") == ACCOUNT),
            ("aud", claims.get("aud") == self.url + "/token"),
            ("iat", abs(claims.get("iat", 0) - now) < 60),
            ("exp", now < claims.get("exp", 0) <= now + 3660)) if not good]
        if wrong:
            return 400, {}, {"error": "invalid_grant",
                             "error_description": f"Invalid {wrong}"}
        if "target_audience" in claims:
            self.count("identity")
            self.fault("identity")
            return 200, {}, {"id_token":
                             self.id_token(claims["target_audience"])}
        self.count("access")
        self.fault("access")
        if claims.get("scope") != \
                "https://www.googleapis.com/auth/cloud-platform":
            return 400, {}, {"error": "invalid_scope"}
        return 200, {}, {"access_token": self.new_access(),
                         "expires_in": self.access_lifetime,
                         "token_type": "Bearer"}

    # The Admin API.

    def admin(self, method, name, query, headers, body):
        token = headers.get("authorization", "").split(" ", 1)[-1]
        if self.access.get(token, 0) < time.time():
            raise Refusal(401, "Request had invalid authentication "
                               "credentials.")
        if "/operations/" in name:
            return self.poll(name)
        kind = {"GET": "get", "PATCH": "patch"}[method]
        self.count(kind)
        operation_error = self.fault(kind)
        permission = f"run.services.{'get' if kind == 'get' else 'update'}"
        if permission in self.denied:
            raise Refusal(403, self.denied[permission])
        service = self.services.get(name)
        if service is None:
            raise Refusal(404, f"Resource '{name.rsplit('/', 1)[-1]}' of kind "
                               "'SERVICE' was not found.")
        if kind == "get":
            with service.lock:
                return 200, {}, self.hold(SERVICE,
                                          copy.deepcopy(service.document))
        return self.patch(service, query, json.loads(body), operation_error)

    def patch(self, service, query, request, operation_error):
        self.hold(SERVICE, request, is_request=True)
        unknown = set(query) - {"updateMask", "validateOnly", "allowMissing"}
        if unknown:
            self.complaints.append(f"unknown parameters {unknown}")
        mask = query.get("updateMask", "")
        if not mask:
            self.complaints.append("no updateMask: the whole service would be "
                                   "replaced")
        for one in self.descriptors.mask_complaints(SERVICE, mask):
            self.complaints.append(one)
        beyond = set(request) - {"name", "etag"} - \
            {path.split(".")[0] for path in mask.split(",")}
        if beyond:
            self.complaints.append(f"beyond the mask: {beyond}")
        with service.lock:
            if request.get("etag") and \
                    request["etag"] != service.document["etag"]:
                raise Refusal(409, "Conflict for resource: version mismatch")
            if query.get("validateOnly") == "true":
                self.count("validated")
                return 200, {}, self.hold(OPERATION, {
                    "name": "", "done": True,
                    "response": self.packed(service)})
            if operation_error is None:
                self.apply(service, mask, request)
        operation = f"{PLACE}/operations/{uuid.uuid4()}"
        self.operations[operation] = {
            "service": service, "done_at": time.monotonic() +
            self.operation_seconds, "error": operation_error}
        return 200, {}, self.operation(operation)

    def apply(self, service, mask, request):
        service.patches.append({"mask": mask, **request})
        for path in mask.split(","):
            if path == "scaling.minInstanceCount":
                service._set_minimum(request["scaling"]["minInstanceCount"])
            elif path == "annotations":
                service.document["annotations"] = request["annotations"]
            else:
                self.complaints.append(f"{path} is not ours to write")
        service.document["reconciling"] = True
        service.touch()
        service.fill()

    @staticmethod
    def packed(service):
        return {"@type": f"type.googleapis.com/{SERVICE}",
                **copy.deepcopy(service.document)}

    def operation(self, name):
        known = self.operations[name]
        service = known["service"]
        answer = {"name": name, "metadata": self.packed(service)}
        if time.monotonic() >= known["done_at"]:
            answer["done"] = True
            with service.lock:
                service.document.pop("reconciling", None)
            if known["error"]:
                answer["error"] = {"code": known["error"][0],
                                   "message": known["error"][1]}
            else:
                answer["response"] = self.packed(service)
        return self.hold(OPERATION, answer)

    def poll(self, name):
        self.count("poll")
        self.fault("poll")
        if name not in self.operations:
            raise Refusal(404, "no such operation")
        return 200, {}, self.operation(name)
