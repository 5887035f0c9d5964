"""The operators' dashboard of a controller that has something to show."""
import os
import re
import tempfile
import unittest
from datetime import datetime, timezone

from controller import Controller, always, local_process, policy
from server import wait_for


def instant(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=timezone.utc)


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.controller = Controller(
            # Longer than a second, of which a record keeps the last counts.
            local_process("server", "--warm-seconds", "1.5"),
            local_process("broken", "--proves-nothing"),
            policy("hours", "server", windows=always(2)),
            policy("noon", "server",
                   windows=[{"name": "noon", "from": "12:00", "to": "13:00",
                             "replicas": 3}]),
            policy("hopeless", "broken", windows=always()),
            arguments=("--price", "0.5"))
        cls.controller.await_target("server", lambda t: t["warm"] >= 2, "warm")

    @classmethod
    def tearDownClass(cls):
        cls.controller.stop()

    def timeline(self, name, **query):
        path = f"/api/v1/policies/shop/{name}/timeline"
        if query:
            path += "?" + "&".join(f"{k}={v}" for k, v in query.items())
        reply = self.controller.get(path)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json()

    def test_page_and_all_that_it_names_is_served_to_operators_alone(self):
        page = self.controller.get("/")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.headers["content-type"],
                         "text/html; charset=utf-8")
        self.assertIn("default-src 'none'",
                      page.headers["content-security-policy"])
        files = re.findall(r'(?:href|src)="(dashboard/[^"]+)"',
                           page.body.decode())
        scripts = [name for name in files if name.endswith(".js")]
        for name in scripts:
            text = self.controller.get("/" + name).body.decode()
            files += ["dashboard/" + other for other in re.findall(
                r"from\s+'\./([^']+)'", text)]
        self.assertGreater(len(set(files)), 5)
        for name in ["", *files]:
            self.assertEqual(self.controller.get("/" + name).status, 200, name)
            self.assertEqual(self.controller.get(
                "/" + name, public=True).status, 404, name)

    def test_warm_ups_are_on_record(self):
        warmups = self.timeline("hours")["warmups"]
        self.assertGreaterEqual(len(warmups), 2)
        for one in warmups:
            self.assertEqual(one["outcome"], "verified")
            self.assertGreater(one["seconds"], 0)
            self.assertLessEqual(instant(one["began"]), instant(one["ended"]))

    def test_failures_are_on_record_with_their_reason(self):
        def failed():
            found = self.timeline("hopeless")["warmups"]
            return [one for one in found if one["outcome"] == "failed"]
        self.assertIn("canary", wait_for(failed, "a failure")[0]["error"])

    def test_counts_rise_as_instances_get_warm(self):
        counts = self.timeline("hours")["counts"]
        self.assertEqual(counts[-1]["warm"], counts[-1]["desired"])
        self.assertLess(counts[0]["warm"], counts[-1]["warm"])
        times = [one["at"] for one in counts]
        self.assertEqual(times, sorted(times))

    def test_plan_reaches_two_days_ahead_and_less_where_asked(self):
        timeline = self.timeline("noon")
        opens = [one for one in timeline["plan"] if one["kind"] == "open"]
        self.assertIn(len(opens), (1, 2))
        self.assertIn("noon", opens[0]["windows"])
        reach = instant(timeline["until"]) - instant(timeline["at"])
        self.assertEqual(reach.total_seconds(), 48 * 3600)
        hour = self.timeline("noon", hours=1)
        reach = instant(hour["until"]) - instant(hour["from"])
        self.assertEqual(reach.total_seconds(), 2 * 3600)

    def test_policy_is_explained(self):
        words = self.timeline("noon")["words"]
        self.assertIn("Window noon: every day from 12:00 to 13:00 (UTC time) "
                      "3 instances are warm.", words)

    def test_savings_are_always_on_less_what_was_spent(self):
        def counted():
            savings = self.timeline("hours")["savings"]
            return savings if savings["hours"] > 0 else None
        savings = wait_for(counted, "an hour's part on record")
        self.assertEqual(savings["alwaysOn"], 2)
        self.assertAlmostEqual(savings["alwaysOnInstanceHours"],
                               2 * savings["hours"])
        self.assertAlmostEqual(
            savings["savedInstanceHours"],
            savings["alwaysOnInstanceHours"] - savings["instanceHours"])
        self.assertAlmostEqual(savings["savedCost"],
                               0.5 * savings["savedInstanceHours"])

    def test_summary_counts_instances(self):
        summary = self.controller.get("/api/v1/summary").json()
        self.assertEqual(summary["policies"], 3)
        self.assertEqual(summary["targets"], 2)
        self.assertGreaterEqual(summary["warm"], 2)
        self.assertFalse(summary["standsBy"])

    def test_list_is_filtered_by_a_part_of_the_name(self):
        reply = self.controller.get("/api/v1/policies?contains=op/no").json()
        self.assertEqual([one["name"] for one in reply["items"]], ["noon"])

    def test_paths_are_described(self):
        paths = self.controller.get("/openapi.json").json()["paths"]
        public = self.controller.get("/openapi.json",
                                     public=True).json()["paths"]
        for path in ("/", "/api/v1/summary",
                     "/api/v1/policies/{namespace}/{name}/timeline"):
            self.assertIn(path, paths)
            self.assertNotIn(path, public)

    def test_answers_have_what_the_description_requires(self):
        schemas = self.controller.get("/openapi.json").json()["components"][
            "schemas"]

        def check(value, schema, where):
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]] \
                if "$ref" in schema else schema
            if isinstance(value, dict) and "properties" in schema:
                self.assertEqual(set(value), set(schema["required"]), where)
                for name, inner in schema["properties"].items():
                    check(value[name], inner, where + "." + name)
            elif isinstance(value, list):
                self.assertLessEqual(len(value),
                                     schema.get("maxItems", len(value)))
                for item in value:
                    check(item, schema["items"], where + "[]")
            elif isinstance(value, dict):
                check(value, schema["anyOf"][0], where)
        check(self.timeline("noon"), schemas["Timeline"], "Timeline")
        check(self.controller.get("/api/v1/summary").json(),
              schemas["Summary"], "Summary")

    def test_price_has_to_be_a_number(self):
        for wrong in ("nan", "-1", "much"):
            refused = Controller(policy("hours", "none"),
                                 arguments=("--price", wrong), wait=False)
            self.assertEqual(refused.process.wait(60), 2, wrong)
            self.assertIn("--price", refused.log_text())

    def test_record_survives_a_restart(self):
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        documents = (local_process("server", "--warm-seconds", "1.5"),
                     policy("hours", "server", windows=always()))

        def timeline(controller):
            reply = controller.get("/api/v1/policies/shop/hours/timeline")
            return reply.json() if reply.status == 200 else None
        first = Controller(*documents, arguments=("--state", state))
        try:
            first.await_target("server", lambda t: t["warm"], "warm")
            before = wait_for(
                lambda: (timeline(first) or {}).get("warmups") and
                timeline(first), "a warm-up on record")
        finally:
            first.stop()
        again = Controller(*documents, arguments=("--state", state))
        try:
            after = wait_for(lambda: timeline(again), "a record")
            self.assertEqual(after["recordedSince"], before["recordedSince"])
            self.assertEqual(after["warmups"][0], before["warmups"][0])
            self.assertEqual(after["counts"][0], before["counts"][0])
            self.assertGreaterEqual(after["savings"]["hours"],
                                    before["savings"]["hours"])
        finally:
            again.stop()


if __name__ == "__main__":
    unittest.main()
