"""`warmup-controller cloudrun --on-request`: one pass for each POST /reconcile."""
import concurrent.futures
import json
import os
import tempfile
import time
import unittest

import promtool
from cloudrun import AUDIENCE, SCHEDULER, CloudRun, CloudRunCase, policy
from controller import always
from google_double import GoogleDouble
from google_keys import Key
from server import wait_for
from side_by_side import suite


class StepCase(CloudRunCase):
    def start(self, *documents, **more):
        return super().start(*documents, steps=True, **more)


class Steps(StepCase):
    def test_one_pass_raises_the_floor_and_proves_it(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(2)))
        reply = controller.reconcile()
        self.assertEqual(reply.status, 200, reply.body)
        answer = reply.json()
        self.assertTrue(answer["complete"], answer)
        self.assertEqual(service.minimum(), 2)
        self.assertEqual(answer["targets"][0]["warm"], 2)
        self.assertEqual(answer["policies"][0]["written"], 2)
        self.assertEqual([one["event"] for one in answer["done"]],
                         ["floor_written"])
        self.assertIn("0 -> 2", answer["done"][0]["message"])
        self.assertEqual(answer["samples"]["new"], 2)
        self.assertEqual(answer["trouble"], "")

    def test_answer_is_what_its_description_says(self):
        self.double.add()
        controller = self.start(policy("hours", windows=[{
            "name": "later", "cron": "0 20 * * *", "duration": "1h",
            "replicas": 1}]))
        answer = controller.reconcile().json()
        described = controller.request("GET", "/openapi.json").json()
        self.assertIn("post", described["paths"]["/reconcile"])
        schema = described["components"]["schemas"]["Pass"]
        self.assertEqual(set(answer), set(schema["properties"]))
        self.assertEqual(set(answer), set(schema["required"]))
        self.assertRegex(answer["next"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_nothing_runs_between_two_passes(self):
        service = self.double.add(picks="packed")
        controller = self.start(policy("hours", windows=always(3)),
                                arguments=("--step-bound", "2s"))
        answer = controller.reconcile().json()
        self.assertFalse(answer["complete"])
        self.assertEqual(answer["targets"][0]["warm"], 1)
        counts, calls = dict(self.double.counts), len(service.calls)
        began = time.monotonic()
        # Longer than it would wait between two looks or calls.
        wait_for(lambda: time.monotonic() - began > 2, "two seconds")
        self.assertEqual(self.double.counts, counts)
        self.assertEqual(len(service.calls), calls)
        self.assertEqual(controller.request("GET", "/readyz").status, 200)

    def test_next_pass_goes_on_where_the_last_one_was(self):
        service = self.double.add(start_seconds=3600)
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=("--step-bound", "2s"))
        first = controller.reconcile().json()
        self.assertFalse(first["complete"])
        self.assertEqual(first["targets"][0]["warm"], 0)
        self.assertEqual(first["targets"][0]["instances"][0]["failures"], 0)
        service.start_now()

        def complete():
            answer = controller.reconcile().json()
            return answer if answer["complete"] else None
        second = wait_for(complete, "a complete pass")
        self.assertEqual(second["targets"][0]["warm"], 2)
        self.assertEqual(len(service.patches), 1)

    def test_pass_sees_what_changed_in_the_folder_and_in_the_service(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(1)))
        controller.reconcile()
        service.write(minimum=4)
        controller.declare(policy("hours", windows=always(2)))
        answer = controller.reconcile().json()
        self.assertTrue(answer["complete"])
        self.assertEqual(service.minimum(), 4)
        controller.declare({"kind": "nonsense"})
        answer = controller.reconcile().json()
        self.assertIn("kind", answer["trouble"])
        self.assertEqual(service.minimum(), 4)

    def test_two_at_a_time_are_one_pass(self):
        service = self.double.add(start_seconds=1)
        controller = self.start(policy("hours", windows=always(2)))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda _: controller.reconcile(),
                                    range(4)))
        self.assertEqual({reply.status for reply in replies}, {200})
        self.assertEqual(len(service.patches), 1)
        text = controller.request("GET", "/metrics").body.decode()
        steps = [line for line in text.splitlines()
                 if line.startswith("prewarm_steps_total{")]
        self.assertEqual(len(steps), 1)
        # Who came while one was under way has joined it.
        self.assertLess(int(steps[0].split()[-1]), 4, steps)
        self.assertEqual(promtool.complaints(text.encode()), "")

    def test_state_is_saved_after_each_pass_and_read_by_the_next_process(self):
        self.double.add()
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        controller = self.start(policy("hours", windows=always(1)),
                                arguments=("--state", state))
        controller.reconcile()
        with open(state, encoding="utf-8") as file:
            kept = json.load(file)
        self.assertIn("shop/CloudRunService/server", kept["targets"])
        self.assertEqual(
            len(kept["targets"]["shop/CloudRunService/server"]["makespans"]),
            1)
        controller.stop(9)
        again = self.start(policy("hours", windows=always(1)),
                           arguments=("--state", state))
        answer = again.reconcile().json()
        self.assertTrue(answer["complete"])
        self.assertEqual(answer["policies"][0]["leadTime"]["samples"], 1)

    def test_lead_includes_how_often_it_is_called(self):
        self.double.add()
        # Half a day off: no opening is so near that a warm-up is measured.
        hour = (time.gmtime().tm_hour + 12) % 24
        late = policy("hours", windows=[{
            "name": "w", "cron": f"0 {hour} * * *", "duration": "1h",
            "replicas": 1}],
                      leadTime={"mode": "auto", "min": "1s", "max": "2h"})
        leads = []
        for every in ("1m", "31m"):
            controller = self.start(late, arguments=("--step-every", every))
            answer = controller.reconcile().json()
            leads.append(answer["policies"][0]["leadTime"]["seconds"])
            controller.stop()
        self.assertEqual(leads[1] - leads[0], 30 * 60)

    def test_failure_without_hope_ends_the_pass(self):
        self.double.add()
        self.double.denied["run.services.update"] = "denied"
        controller = self.start(policy("hours", windows=always(1)))
        answer = controller.reconcile().json()
        self.assertFalse(answer["complete"])
        self.assertIn("roles/run.developer", answer["targets"][0]["trouble"])

    def test_failure_that_passes_is_waited_for(self):
        service = self.double.add()
        for kind in ("get", "patch", "poll"):
            self.double.fail(kind, 503)
        controller = self.start(policy("hours", windows=always(1)))
        answer = controller.reconcile().json()
        self.assertTrue(answer["complete"], answer)
        self.assertEqual(service.minimum(), 1)

    def test_stop_answers_who_waits(self):
        self.double.add(start_seconds=30)
        controller = self.start(policy("hours", windows=always(1)))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(controller.reconcile)
            wait_for(lambda: self.double.counts.get("patch"), "a write")
            self.assertEqual(controller.stop(), 0)
            self.assertIn(waiting.result().status, (200, 503))


class Callers(unittest.TestCase):
    """One controller for all: nobody of them is let in."""

    @classmethod
    def setUpClass(cls):
        cls.double = GoogleDouble()
        cls.double.add()
        cls.controller = CloudRun(
            cls.double, policy("hours", windows=always(1)), steps=True)

    @classmethod
    def tearDownClass(cls):
        cls.controller.stop()
        cls.double.close()

    def refused(self, token, status=401):
        reply = self.controller.reconcile(token)
        self.assertEqual(reply.status, status, reply.body)
        self.assertEqual(reply.headers["content-type"],
                         "application/problem+json")
        # Nobody asks for a service for them.
        self.assertEqual(self.double.counts.get("get", 0), 0)
        return reply

    def test_without_a_token_nobody_may_call(self):
        reply = self.refused("")
        self.assertEqual(reply.headers["www-authenticate"], "Bearer")
        self.refused("no.such.token")

    def test_each_claim_is_looked_at(self):
        token = self.double.id_token
        self.refused(token("https://other.example", SCHEDULER))
        self.refused(token(AUDIENCE, "visitor@gmail.com"), 403)
        self.refused(token(AUDIENCE, SCHEDULER, iss="https://evil.example"))
        self.refused(token(AUDIENCE, SCHEDULER, email_verified=False))
        self.refused(token(AUDIENCE, SCHEDULER, lifetime=-120,
                           iat=int(time.time()) - 3700))
        self.refused(token(AUDIENCE, None))

    def test_signature_is_looked_at(self):
        token = self.double.id_token
        self.refused(token(AUDIENCE, SCHEDULER, key=Key("google-1")))
        self.refused(token(AUDIENCE, SCHEDULER, header={"alg": "none"}))
        self.refused(token(AUDIENCE, SCHEDULER, header={"kid": "unknown"}))

    def test_removed_signature_is_none(self):
        token = self.double.id_token(AUDIENCE, SCHEDULER)
        self.refused(token.rpartition(".")[0] + ".SIGNATURE_REMOVED_BY_GOOGLE")

    def test_other_methods_are_none(self):
        self.assertEqual(
            self.controller.request("GET", "/reconcile").status, 405)


class Keys(StepCase):
    def test_keys_are_kept(self):
        self.double.add()
        controller = self.start(policy("hours", windows=always(1)))
        self.assertEqual(controller.reconcile().status, 200)
        self.assertEqual(controller.reconcile().status, 200)
        self.assertEqual(self.double.counts["keys"], 1)

    def test_keys_that_can_not_be_had_are_nobodys_fault(self):
        self.double.add()
        controller = self.start(policy("hours", windows=always(1)))
        self.double.fail("keys", 503)
        reply = controller.reconcile()
        self.assertEqual(reply.status, 503, reply.body)


class BehindIam(StepCase):
    def test_signature_that_cloud_run_removed_is_no_hindrance(self):
        self.double.add()
        controller = self.start(policy("hours", windows=always(1)),
                                arguments=("--reconcile-behind-iam",))
        token = self.double.id_token(AUDIENCE, SCHEDULER)
        removed = token.rpartition(".")[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
        self.assertEqual(controller.reconcile(removed).status, 200)
        self.assertEqual(self.double.counts.get("keys", 0), 0)
        stranger = self.double.id_token(AUDIENCE, "visitor@gmail.com")
        removed = stranger.rpartition(".")[0] + ".SIGNATURE_REMOVED_BY_GOOGLE"
        self.assertEqual(controller.reconcile(removed).status, 403)


class Loop(StepCase):
    def test_who_goes_round_by_himself_is_not_asked(self):
        self.double.add()
        controller = CloudRun(self.double, policy("hours", windows=always(1)))
        self.addCleanup(controller.stop)
        self.assertEqual(controller.request("POST", "/reconcile").status, 404)


def load_tests(_loader, tests, _pattern):
    return suite(tests, CloudRunCase)


if __name__ == "__main__":
    unittest.main()
