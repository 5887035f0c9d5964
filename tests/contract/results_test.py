"""Shared results of the real program: replicas, restarts, volumes, metrics."""
import hashlib
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import pictures
import promtool
import server

SHOP = "https://shop.example"
UNKNOWN = "/api/v2/results/" + "0" * 16 + "-" + "0" * 64


class Results(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="prewarm-results-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.secret = os.path.join(self.folder, "secret.txt")
        self.write_secret("first" * 10)
        self.results = os.path.join(self.folder, "results")

    def write_secret(self, *lines):
        with open(self.secret, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)

    def start(self, *arguments, mode="asked"):
        started = server.Server(
            "--results", mode, "--results-secret-file", self.secret,
            "--results-dir", self.results, *arguments)
        self.addCleanup(started.stop)
        return started

    def upload(self, to, query="?share=true", headers=None):
        reply = to.request(
            "POST", "/api/v2/process" + query, pictures.load("figure.jpg"),
            {"Content-Type": "image/jpeg", **(headers or {})})
        self.assertEqual(reply.status, 200, reply.body[:300])
        return reply

    def share(self, to, outcome, **more):
        reply = self.upload(to, **more)
        self.assertEqual(reply.headers["x-prewarm-result"], outcome)
        return reply.headers["content-location"]

    def files(self):
        return [os.path.join(folder, name)
                for folder, _, names in os.walk(self.results)
                for name in names]

    def test_every_replica_answers_for_the_others_also_while_cold(self):
        one = self.start()
        path = self.share(one, "miss")
        body = one.get(path).body
        cold = self.start("--warm-on-start", "false")
        reply = cold.get(path)
        self.assertEqual((reply.status, reply.body), (200, body))
        self.assertEqual(cold.get("/warmup").json()["state"], "cold")
        # And its uploads need no inference of their own.
        hit = self.upload(cold)
        self.assertEqual(hit.headers["x-prewarm-result"], "hit")
        self.assertEqual(hit.headers["content-location"], path)
        self.assertEqual(hit.body, body)
        self.assertNotIn("infer;", hit.headers["server-timing"])

    def test_same_pixels_in_another_file_are_the_same(self):
        started = self.start()
        picture = pictures.png(50, 40)
        end = picture.index(b"IDAT") - 4
        text = pictures.chunk(b"tEXt", b"Comment\0of another camera")
        paths = {started.request(
            "POST", "/api/v2/process?share=true", body,
            {"Content-Type": "image/png"}).headers["content-location"]
            for body in (picture, picture[:end] + text + picture[end:])}
        self.assertEqual(len(paths), 1)

    def test_results_outlive_a_restart_and_a_rotation_of_the_secret(self):
        path = self.share(self.start(), "miss")
        self.write_secret("second" * 10, "first" * 10)
        rotated = self.start()
        self.assertEqual(rotated.get(path).status, 200)
        self.assertNotEqual(self.share(rotated, "miss"), path)

    def test_damaged_result_is_404_then_computed_again(self):
        started = self.start()
        path = self.share(started, "miss")
        file, = self.files()
        with open(file, "r+b") as damaged:
            damaged.seek(-1, os.SEEK_END)
            damaged.write(b"?")
        self.assertEqual(started.get(path).status, 404)
        self.assertEqual(self.files(), [])
        self.assertIn("result_damaged", started.log_text())
        self.assertEqual(self.share(started, "miss"), path)
        self.assertEqual(started.get(path).status, 200)

    def test_volume_that_takes_nothing_costs_no_upload(self):
        with open(self.results, "w", encoding="ascii"):
            pass  # a file where the folder should be
        started = self.start()
        reply = self.upload(started)
        self.assertEqual(reply.headers["x-prewarm-result"], "unstored")
        self.assertNotIn("content-location", reply.headers)
        self.assertEqual(pictures.png_header(reply.body)[:2], (96, 96))
        server.wait_for(lambda: "task=keep" in started.log_text(), "a reason")
        self.assertRegex(
            started.get("/metrics").body.decode(),
            r'prewarm_result_cache_errors_total\{task="keep"\} 1\n')

    def test_full_volume_costs_no_upload(self):
        if os.getuid() != 0:
            self.skipTest("only root mounts a small volume")
        os.mkdir(self.results)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=16", "tmpfs",
             self.results], check=False, capture_output=True)
        if mounted.returncode:
            self.skipTest("no rights to mount here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.results],
                        check=False)
        started = self.start()
        reply = self.upload(started)
        self.assertEqual(reply.headers["x-prewarm-result"], "unstored")
        server.wait_for(lambda: "No space left" in started.log_text(),
                        "a reason")
        self.assertEqual(self.files(), [])

    def test_expired_result_is_gone_from_the_disk_too(self):
        started = self.start("--results-ttl", "1")
        path = self.share(started, "miss")
        server.wait_for(lambda: started.get(path).status == 404, "its end")
        server.wait_for(lambda: not self.files(), "a sweep")
        self.assertRegex(
            started.get("/metrics").body.decode(),
            r'evictions_total\{reason="expired"\} 1\n')

    def test_other_origins_read_results_only_where_they_may(self):
        started = self.start("--cors-origin", SHOP)
        path = self.share(started, "miss")
        allowed = started.get(path, {"Origin": SHOP}).headers
        self.assertEqual(allowed["access-control-allow-origin"], SHOP)
        for name in ("Content-Location", "X-Prewarm-Result", "ETag"):
            self.assertIn(name, allowed["access-control-expose-headers"])
        self.assertEqual(allowed["vary"], "Origin")
        refused = started.get(path, {"Origin": "https://evil.example"})
        self.assertNotIn("access-control-allow-origin", refused.headers)

    def test_results_are_removed_by_their_key_and_by_the_operator_alone(self):
        token = os.path.join(self.folder, "token.txt")
        with open(token, "w", encoding="ascii") as file:
            file.write("operator\n")
        started = self.start(
            "--admin-token-file", token, "--admin-port", "0",
            *(f"--api-key-hash={hashlib.sha256(key).hexdigest()}"
              for key in (b"one", b"two")), mode="shared")
        match = server.wait_for(lambda: re.search(
            r"admin_listening.*?port=(\d+)", started.log_text()), "its port")

        def admin(method, path):
            connection = http.client.HTTPConnection(
                "127.0.0.1", int(match[1]), timeout=60)
            self.addCleanup(connection.close)
            connection.request(method, path, headers={
                "X-Prewarm-Admin-Token": "operator"})
            return server.Reply(connection.getresponse())

        def delete(path, key):
            return started.request("DELETE", path,
                                   headers={"X-Api-Key": key}).status
        one, two = (self.share(started, "miss", query="",
                               headers={"X-Api-Key": key})
                    for key in ("one", "two"))
        self.assertEqual(delete(one, "two"), 404)
        self.assertEqual(delete(one, "three"), 401)
        self.assertEqual(started.request("DELETE", one).status, 404)
        self.assertEqual(delete(one, "one"), 204)
        self.assertEqual(delete(one, "one"), 204)
        self.assertEqual(started.get(one).status, 404)
        self.assertEqual(admin("DELETE", two).status, 204)
        self.assertEqual(started.get(two).status, 404)
        self.share(started, "miss", query="", headers={"X-Api-Key": "one"})
        self.assertEqual(admin("DELETE", "/api/v2/results").json(),
                         {"removed": 1})
        self.assertEqual(self.files(), [])

    def test_metrics_are_as_prometheus_wants_them(self):
        started = self.start()
        path = self.share(started, "miss")
        started.get(path)
        started.get(UNKNOWN)
        text = started.get("/metrics").body
        for line in ('hits_total{request="get"} 1',
                     'misses_total{request="get"} 1',
                     'misses_total{request="process"} 1', "stores_total 1",
                     "entries 1"):
            self.assertIn(f"prewarm_result_cache_{line}\n", text.decode())
        self.assertEqual(promtool.complaints(text), "")

    def test_sharing_without_a_secret_ends_the_start_and_says_what_to_do(self):
        done = subprocess.run(
            [server.BINARY, "--results", "shared"], check=False,
            capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--results-secret-file", done.stderr)


class Private(unittest.TestCase):
    def test_nothing_is_kept_and_nothing_can_be_asked_for(self):
        plain = server.shared()
        reply = plain.process_raw(pictures.load("figure.jpg"))
        self.assertEqual(reply.headers["cache-control"], "private, no-store")
        for name in ("content-location", "x-prewarm-result", "etag"):
            self.assertNotIn(name, reply.headers)
        self.assertEqual(plain.get(UNKNOWN).status, 404)
        refused = plain.process_raw(pictures.load("figure.jpg"),
                                    "?share=true")
        self.assertEqual((refused.status, refused.json()["field"]),
                         (400, "share"))
        self.assertFalse(os.path.exists(os.path.join(server.STORE,
                                                     "results")))


if __name__ == "__main__":
    unittest.main()
