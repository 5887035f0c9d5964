"""Warm-up, health, probes, metrics, description and page of a warm server."""
import json
import unittest

import pictures
import promtool
import server


class Status(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.shared()

    def test_health_tells_state_and_queue(self):
        reply = self.server.get("/health")
        self.assertEqual(reply.status, 200)
        body = reply.json()
        self.assertEqual(body["state"], "ready")
        self.assertIs(body["ready"], True)
        self.assertIn("queue", body)

    def test_probes_answer_when_ready(self):
        for path in ("/livez", "/readyz", "/startupz"):
            self.assertEqual(self.server.get(path).status, 200, path)

    def test_warm_up_again_answers_at_once_and_says_ready(self):
        reply = self.server.request("POST", "/warmup")
        self.assertEqual(reply.status, 200)
        body = reply.json()
        self.assertEqual(body["state"], "ready")
        self.assertEqual(body["model"], "isnet")
        self.assertTrue(body["phases"])
        for phase in body["phases"]:
            self.assertGreaterEqual(phase["duration_ms"], 0)

    def test_reading_the_warm_up_state_starts_nothing(self):
        reply = self.server.get("/warmup")
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.json()["state"], "ready")

    def test_bad_warm_up_timeout_is_refused(self):
        reply = self.server.request("POST", "/warmup?timeout=never")
        self.assertEqual(reply.status, 400)

    def test_metrics_are_clean_and_count_requests(self):
        self.server.process_raw(pictures.load("figure.jpg"))
        reply = self.server.get("/metrics")
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.headers["content-type"].startswith("text/plain"))
        self.assertIn(b"prewarm_requests_total", reply.body)
        self.assertEqual(promtool.complaints(reply.body), "")

    def test_openapi_describes_what_is_served(self):
        reply = self.server.get("/openapi.json")
        self.assertEqual(reply.status, 200)
        api = reply.json()
        self.assertTrue(api["openapi"].startswith("3."))
        self.assertTrue(api["info"]["title"] and api["info"]["version"])
        for path in ("/api/v2/process", "/warmup", "/health", "/livez",
                     "/readyz", "/metrics"):
            self.assertIn(path, api["paths"])
        self._references_resolve(api, api)

    def test_every_described_operation_exists(self):
        for path, item in self.server.get("/openapi.json").json()[
                "paths"].items():
            if "{" in path:
                continue
            for method in item:
                if method in ("get", "head"):
                    self.assertEqual(self.server.get(path).status, 200, path)
                elif method == "post":
                    status = self.server.request("POST", path).status
                    self.assertNotIn(status, (404, 405), path)

    def _references_resolve(self, node, root):
        if isinstance(node, dict):
            if "$ref" in node:
                at = root
                for step in node["$ref"].removeprefix("#/").split("/"):
                    self.assertIn(step, at, node["$ref"])
                    at = at[step]
            for value in node.values():
                self._references_resolve(value, root)
        elif isinstance(node, list):
            for value in node:
                self._references_resolve(value, root)

    def test_page_is_html_that_needs_no_other_host(self):
        reply = self.server.get("/")
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.headers["content-type"].startswith("text/html"))
        for outside in (b'src="http', b"src='http", b'href="http://',
                        b"@import", b'src="//'):
            self.assertNotIn(outside, reply.body)

    def test_head_has_the_headers_of_get_and_no_body(self):
        reply = self.server.request("HEAD", "/health")
        self.assertEqual((reply.status, reply.body), (200, b""))
        self.assertGreater(int(reply.headers["content-length"]), 0)
        page = self.server.request("HEAD", "/")
        self.assertEqual((page.status, page.body), (200, b""))
        self.assertEqual(int(page.headers["content-length"]),
                         len(self.server.get("/").body))

    def test_options_names_the_methods(self):
        reply = self.server.request("OPTIONS", "/api/v2/process")
        self.assertIn(reply.status, (200, 204))
        self.assertIn("POST", reply.headers["allow"])

    def test_foreign_origin_gets_no_cors_grant(self):
        reply = self.server.get("/health", {"Origin": "https://evil.example"})
        self.assertNotIn("access-control-allow-origin", reply.headers)

    def test_problem_carries_the_request_id(self):
        reply = self.server.get("/nowhere", {"X-Request-Id": "test-0815"})
        self.assertEqual(reply.headers["x-request-id"], "test-0815")
        self.assertIn("test-0815", json.dumps(reply.json()))


if __name__ == "__main__":
    unittest.main()
