"""What the controller's two listeners answer, and to whom."""
import hashlib
import hmac
import http.client
import json
import os
import tempfile
import time
import unittest

import promtool
from controller import Controller, always, local_process, policy
from server import wait_for

ORIGIN = "https://shop.example"
SECRET = "a secret of the shop"


def token(target, lifetime=60):
    expires = str(int(time.time()) + lifetime)
    signature = hmac.new(SECRET.encode(), f"intent:{target}:{expires}".encode(),
                         hashlib.sha256).hexdigest()
    return f"{expires}.{signature}"


class ControllerApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        secret = os.path.join(tempfile.mkdtemp(), "secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        cls.controller = Controller(
            local_process("server"), local_process("quiet"),
            policy("hours", "server", windows=always()),
            policy("visits", "quiet", intent={"enabled": True},
                   scaleDown={"delay": "0s"}),
            arguments=("--cors-origin", ORIGIN, "--intent-secret-file",
                       secret))
        cls.controller.await_target("server", lambda t: t["warm"] == 1, "warm")

    @classmethod
    def tearDownClass(cls):
        cls.controller.stop()

    def heard(self, *request):
        """The reply, as soon as the client's bucket has a token again."""
        def ask():
            reply = self.controller.request(*request, public=True)
            return reply if reply.status != 429 else None
        return wait_for(ask, "a token")

    def test_probes_and_metrics_are_for_operators(self):
        for path in ("/healthz", "/readyz", "/metrics", "/api/v1/policies",
                     "/openapi.json"):
            self.assertEqual(self.controller.get(path).status, 200, path)
        for path in ("/metrics", "/api/v1/policies",
                     "/api/v1/policies/shop/hours"):
            self.assertEqual(self.controller.get(path, public=True).status,
                             404, path)

    def test_metrics_are_as_promtool_wants_them(self):
        text = self.controller.get("/metrics").body
        self.assertEqual(promtool.complaints(text), "")
        self.assertIn(b'prewarm_policy_warm{namespace="shop",policy="hours"} 1',
                      text)

    def test_visitors_learn_the_state_and_no_address(self):
        reply = self.controller.get("/api/v1/targets/shop/server/warmup",
                                    public=True, headers={"Origin": ORIGIN})
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json()["state"], "ready")
        self.assertNotIn(b"127.0.0.1", reply.body)
        self.assertEqual(reply.headers["access-control-allow-origin"], ORIGIN)
        self.assertEqual(self.controller.get(
            "/api/v1/targets/shop/none/warmup", public=True).status, 404)

    def test_other_origins_may_not_read(self):
        reply = self.controller.get("/api/v1/targets/shop/server/warmup",
                                    public=True,
                                    headers={"Origin": "https://evil.example"})
        self.assertNotIn("access-control-allow-origin", reply.headers)

    def test_state_streams(self):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.controller.public_port, timeout=30)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/targets/shop/server/warmup",
                           headers={"Accept": "text/event-stream"})
        reply = connection.getresponse()
        self.assertEqual(reply.getheader("Content-Type"), "text/event-stream")
        lines = iter(lambda: reply.readline().decode(), "")
        data = next(line for line in lines if line.startswith("data: "))
        self.assertEqual(json.loads(data[6:])["state"], "ready")

    def test_intent_needs_the_token_of_its_target(self):
        refused = self.controller.intent("quiet", "visitor-0001")
        self.assertEqual(refused.status, 401)
        self.assertEqual(refused.headers["content-type"],
                         "application/problem+json")
        self.assertEqual(self.controller.intent(
            "quiet", "visitor-0001", headers={
                "X-Prewarm-Intent-Token": token("shop/server")}).status, 401)
        self.assertEqual(self.controller.intent(
            "quiet", "visitor-0001", headers={
                "X-Prewarm-Intent-Token": token("shop/quiet", -5)}).status, 401)
        good = {"X-Prewarm-Intent-Token": token("shop/quiet")}
        answer = self.controller.intent("quiet", "visitor-0001", headers=good)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn("etaSeconds", answer.json())
        self.controller.await_target("quiet", lambda t: t["warm"] == 1, "warm")
        self.controller.intent("quiet", "visitor-0001", "left", headers=good)
        self.controller.await_target("quiet", lambda t: t["current"] == 0,
                                     "an end")

    def test_wrong_intents_name_the_field_and_the_way_out(self):
        path = "/api/v1/targets/shop/quiet/intent"
        good = {"X-Prewarm-Intent-Token": token("shop/quiet"),
                "Content-Type": "application/json"}
        for body, field in ((b"{", None), (b"[]", None), (b"{}", "visitor"),
                            (b'{"visitor": 7, "state": "open"}', "visitor"),
                            (b'{"visitor": "abcdefgh", "state": "x"}', "state"),
                            (b'{"visitor": "ab", "state": "open"}', "visitor"),
                            (b'{"visitor": "abcdefgh", "state": "open", '
                             b'"more": 1}', "more"),
                            (b"x" * 2000, None)):
            reply = self.heard("POST", path, body, good)
            self.assertIn(reply.status, (400, 413), body[:40])
            self.assertEqual(reply.headers["content-type"],
                             "application/problem+json")
            if field:
                self.assertEqual(reply.json()["field"], field)

    def test_one_client_wakes_no_more_than_its_share(self):
        good = {"X-Prewarm-Intent-Token": token("shop/quiet")}
        states = [self.controller.intent("quiet", f"flood-{i:04}",
                                         headers=good).status
                  for i in range(30)]
        self.assertEqual(states[0], 200)
        self.assertIn(429, states)
        # replicas.max of intents holds whatever comes.
        wait_for(lambda: self.controller.target("quiet")["current"] <= 1,
                 "no more than one")
        for i in range(30):
            self.controller.intent("quiet", f"flood-{i:04}", "left",
                                   headers=good)


if __name__ == "__main__":
    unittest.main()
