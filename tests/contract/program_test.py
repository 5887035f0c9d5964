"""The program itself: options, cold start, drain, log, curl as a client."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

import pictures
import server


def run(*arguments, **environment):
    return subprocess.run([server.BINARY, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False,
                          env={**os.environ, **environment})


class CommandLine(unittest.TestCase):
    def test_help_lists_the_options(self):
        done = run("--help")
        self.assertEqual(done.returncode, 0)
        for option in ("--port", "--host", "--store", "--model", "--config",
                       "--version"):
            self.assertIn(option, done.stdout)

    def test_version_is_one_line(self):
        done = run("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"\d+\.\d+\.\d+")

    def test_unknown_option_is_named(self):
        done = run("--prot", "80")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--prot", done.stdout)

    def test_port_that_is_no_port_is_refused(self):
        for value in ("65536", "-1", "http"):
            self.assertNotEqual(run("--port", value).returncode, 0, value)

    def test_unknown_key_in_the_config_file_is_refused_with_its_line(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("host: 127.0.0.1\nprot: 80\n")
            file.flush()
            done = run("--config", file.name)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("prot", done.stdout)
        self.assertIn("2", done.stdout)

    def test_port_in_use_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = run("--host", "127.0.0.1", "--port", port, "--store",
                       server.STORE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(port, done.stdout)


class Life(unittest.TestCase):
    def start(self, store=None, **environment):
        started = server.Server(store=store, environment=environment)
        self.addCleanup(started.stop)
        return started

    def test_environment_sets_what_no_option_sets(self):
        started = self.start(PREWARM_LOG_FORMAT="json")
        self.assertEqual(started.get("/livez").status, 200)

    def test_cold_server_queues_the_request_and_serves_it(self):
        started = self.start()
        reply = started.process_raw(pictures.load("figure.jpg"),
                                    "?max_wait=120")
        self.assertEqual(reply.status, 200, reply.body[:300])
        self.assertEqual(started.get("/readyz").status, 200)

    def test_cold_server_with_no_patience_says_when_to_come_back(self):
        started = self.start()
        reply = started.process_raw(pictures.load("figure.jpg"),
                                    "?max_wait=0")
        if reply.status == 200:
            self.skipTest("the server was warm before the request arrived")
        self.assertEqual(reply.status, 503, reply.body[:300])
        self.assertGreaterEqual(int(reply.headers["retry-after"]), 1)

    def test_store_without_the_model_fails_the_warm_up_with_the_reason(self):
        with tempfile.TemporaryDirectory() as empty:
            started = self.start(store=empty)
            reply = started.request("POST", "/warmup")
            self.assertGreaterEqual(reply.status, 500)
            self.assertIn(b"isnet", reply.body)
            self.assertEqual(started.get("/livez").status, 200)
            self.assertNotEqual(started.get("/readyz").status, 200)

    def test_terminate_answers_what_was_accepted_then_exits_cleanly(self):
        started = self.start()
        started.warm()
        replies = []
        asker = threading.Thread(target=lambda: replies.append(
            started.process_raw(pictures.load("figure.jpg"))))
        asker.start()
        while not replies and b'"accepted":0' in started.get("/health").body:
            pass
        self.assertEqual(started.stop(signal.SIGTERM), 0)
        asker.join()
        self.assertEqual(replies[0].status, 200)

    def test_log_lines_cannot_be_forged(self):
        started = self.start()
        started.get("/nowhere%0Aevent=forged", {"User-Agent": "x"})
        self.assertNotIn("\nevent=forged", started.log_text())


class Curl(unittest.TestCase):
    """The second client: what curl sends differs from http.client."""

    def curl(self, *arguments):
        base = f"http://127.0.0.1:{server.shared().port}"
        return subprocess.run(
            ["curl", "-sS", "-m", "120", *[a.replace("BASE", base)
                                           for a in arguments]],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def test_form_upload_writes_a_png(self):
        photo = os.path.join(pictures.DATA, "figure.jpg")
        done = self.curl("-F", f"image=@{photo}", "BASE/api/v2/process")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(pictures.png_header(done.stdout)[:2], (96, 96))

    def test_expect_continue_is_answered_before_the_body(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(pictures.png(1200, 1000) + b"\0" * (3 << 20))
            file.flush()
            done = self.curl("-v", "--expect100-timeout", "60",
                             "-H", "Expect: 100-continue",
                             "-H", "Content-Type: image/png",
                             "--data-binary", f"@{file.name}", "-o",
                             "/dev/null", "BASE/api/v2/process")
        self.assertIn(b"HTTP/1.1 100", done.stderr)

    def test_two_requests_share_one_connection(self):
        done = self.curl("-v", "BASE/livez", "BASE/livez")
        self.assertIn(b"Re-using existing connection", done.stderr)

    def test_connection_close_is_honoured(self):
        done = self.curl("-v", "-H", "Connection: close", "BASE/livez")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"Closing connection", done.stderr)


NODE = """
const [base, path] = process.argv.slice(1);
const { readFile } = await import("node:fs/promises");
const form = new FormData();
form.append("image", new Blob([await readFile(path)]), "figure.jpg");
form.append("output", "mask");
const key = { "Idempotency-Key": "node-" + process.pid };
const ask = (options) => fetch(base + "/api/v2/process",
    { method: "POST", ...options });
const first = await ask({ body: form, headers: key });
// fetch draws another boundary for the retry.
const again = await ask({ body: form, headers: key });
const wrong = await ask({ body: "text" });
console.log(JSON.stringify({
  statuses: [first.status, again.status, wrong.status],
  type: first.headers.get("content-type"),
  same: Buffer.from(await first.arrayBuffer())
      .equals(Buffer.from(await again.arrayBuffer())),
  problem: (await wrong.json()).title,
}));
"""


@unittest.skipUnless(shutil.which("node"), "node is not installed")
class Fetch(unittest.TestCase):
    """The third client: fetch sends what browsers send."""

    def test_form_its_retry_and_a_problem(self):
        done = subprocess.run(
            ["node", "--input-type=module", "-e", NODE, "--",
             f"http://127.0.0.1:{server.shared().port}",
             os.path.join(pictures.DATA, "figure.jpg")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
            check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(seen["statuses"], [200, 200, 415])
        self.assertEqual(seen["type"], "image/png")
        self.assertIs(seen["same"], True)
        self.assertTrue(seen["problem"])


if __name__ == "__main__":
    unittest.main()
