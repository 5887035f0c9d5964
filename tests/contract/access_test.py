"""Two ports, admin tokens, API keys and upload tokens of the real program."""
import hashlib
import hmac
import http.client
import re
import tempfile
import time
import unittest

import pictures
import server

SECRET = "a-secret-for-the-tests"


def file_of(test, text):
    file = tempfile.NamedTemporaryFile("w", suffix=".txt")
    test.addCleanup(file.close)
    file.write(text)
    file.flush()
    return file.name


class Access(unittest.TestCase):
    def start(self, *arguments):
        started = server.Server("--warm-on-start", "false", *arguments)
        self.addCleanup(started.stop)
        return started

    def test_with_an_admin_port_the_public_one_keeps_to_the_public(self):
        started = self.start("--admin-port", "0")
        deadline = time.monotonic() + 30
        while not (match := re.search(r"admin_listening.*?port=(\d+)",
                                      started.log_text())):
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(started.request("POST", "/warmup").status, 404)
        self.assertEqual(started.get("/metrics").status, 404)
        for path in ("/warmup", "/health", "/livez", "/", "/openapi.json"):
            self.assertEqual(started.get(path).status, 200, path)

        def admin(path):
            connection = http.client.HTTPConnection(
                "127.0.0.1", int(match[1]), timeout=60)
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            finally:
                connection.close()
        for path in ("/metrics", "/warmup", "/health", "/readyz"):
            self.assertIn(admin(path), (200, 503), path)
        for path in ("/", "/api/v2/process", "/openapi.json"):
            self.assertEqual(admin(path), 404, path)

    def test_admin_token_is_asked_for_and_either_of_two_is_good(self):
        started = self.start("--admin-token-file",
                             file_of(self, "old-token\nnew-token\n"))
        self.assertEqual(started.get("/metrics").status, 401)
        for token, status in (("old-token", 200), ("new-token", 200),
                              ("other", 401), ("", 401)):
            self.assertEqual(started.get("/metrics", {
                "X-Prewarm-Admin-Token": token}).status, status, token)

    def test_admin_token_may_come_as_prometheus_sends_it(self):
        started = self.start("--admin-token-file",
                             file_of(self, "old-token\nnew-token\n"))
        for told, status in (("Bearer new-token", 200), ("Bearer other", 401),
                             ("new-token", 401), ("Basic new-token", 401)):
            self.assertEqual(started.get("/metrics", {
                "Authorization": told}).status, status, told)
        # Where both are sent, its own header counts.
        self.assertEqual(started.get("/metrics", {
            "Authorization": "Bearer new-token",
            "X-Prewarm-Admin-Token": "other"}).status, 401)

    def test_without_a_token_a_forwarded_request_is_no_local_one(self):
        started = self.start()
        self.assertEqual(started.get("/metrics").status, 200)
        self.assertEqual(started.get("/metrics", {
            "X-Forwarded-For": "203.0.113.1"}).status, 403)

    def test_api_key_or_upload_token_is_asked_for(self):
        key_hash = hashlib.sha256(b"shop-key").hexdigest()
        started = self.start("--api-key-hash", key_hash,
                             "--upload-token-secret-file",
                             file_of(self, SECRET + "\n"))

        def process(**headers):
            return started.request(
                "POST", "/api/v2/process?max_wait=120",
                pictures.load("figure.jpg"),
                {"Content-Type": "image/jpeg",
                 **{k.replace("_", "-"): v for k, v in headers.items()}})

        def token(expires, secret=SECRET):
            signed = hmac.new(secret.encode(), f"upload:{expires}".encode(),
                              hashlib.sha256).hexdigest()
            return f"{expires}.{signed}"
        now = int(time.time())
        for refused in (process(), process(X_Api_Key="other"),
                        process(Authorization="Bearer " + key_hash),
                        process(X_Upload_Token=token(now - 60)),
                        process(X_Upload_Token=token(now + 600, "wrong")),
                        process(X_Upload_Token=token(now + 600) + "0")):
            self.assertEqual(refused.status, 401, refused.body[:200])
            self.assertIn("field", refused.json())
        for good in (process(X_Api_Key="shop-key"),
                     process(Authorization="Bearer shop-key"),
                     process(X_Upload_Token=token(now + 600))):
            self.assertEqual(good.status, 200, good.body[:200])

    def test_rate_is_limited_with_a_time_to_come_back(self):
        started = self.start("--rate", "0.01", "--burst", "1")
        self.assertEqual(started.process_raw(b"x").status, 415)
        refused = started.process_raw(b"x")
        self.assertEqual(refused.status, 429)
        self.assertTrue(1 <= int(refused.headers["retry-after"]) <= 100)


if __name__ == "__main__":
    unittest.main()
