"""The real server for the contract tests: one shared process, port of its own.

Environment: PREWARM_SERVER (build/bin/inference-server), PREWARM_TEST_STORE
(build/store).
"""
import atexit
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.environ.get("PREWARM_SERVER",
                        os.path.join(ROOT, "build", "bin", "inference-server"))
STORE = os.environ.get("PREWARM_TEST_STORE",
                       os.path.join(ROOT, "build", "store"))
LISTENING = re.compile(r'event"?[=:]\s*"?listening\b.*?port"?[=:]\s*"?(\d+)')


class Reply:
    """A reply read to its end; header names in lower case."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


def multipart(fields, boundary="prewarm-test-boundary"):
    """fields: (name, value) or (name, filename, type, bytes)."""
    out = b""
    for field in fields:
        out += b"--" + boundary.encode() + b"\r\n"
        disposition = f'Content-Disposition: form-data; name="{field[0]}"'
        if len(field) == 2:
            out += disposition.encode() + b"\r\n\r\n" + field[1].encode()
        else:
            out += (f'{disposition}; filename="{field[1]}"\r\n'
                    f"Content-Type: {field[2]}\r\n\r\n").encode() + field[3]
        out += b"\r\n"
    out += b"--" + boundary.encode() + b"--\r\n"
    return out, f"multipart/form-data; boundary={boundary}"


def wait_for(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds} s: {what}")


def state_pages(pid):
    """MB of the prepared state mapped, and this process's share of them."""
    mapped = shared = 0
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        inside = False
        for line in smaps:
            if "-" in line.split(" ", 1)[0]:
                inside = "state.safetensors" in line
            elif inside and line.startswith("Rss:"):
                mapped += int(line.split()[1])
            elif inside and line.startswith("Pss:"):
                shared += int(line.split()[1])
    return mapped / 1024, shared / 1024


class Server:
    def __init__(self, *arguments, store=None, environment=None,
                 binary=BINARY, port=0):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log",
                                               delete=False)
        command = [binary, "--host", "127.0.0.1", "--port", str(port),
                   "--store", store or STORE, "--model", "isnet", *arguments]
        self.process = subprocess.Popen(
            command, stderr=self.log, stdout=self.log,
            env={**os.environ, **(environment or {})})
        self.port = self._wait_for_port()

    def _wait_for_port(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            match = LISTENING.search(self.log_text())
            if match:
                return int(match[1])
            if self.process.poll() is not None:
                raise RuntimeError("the server ended: " + self.log_text())
            time.sleep(0.005)
        self.stop()
        raise RuntimeError("no port within 60 s: " + self.log_text())

    def follow(self):
        """The port of the process that listens now, after one that started
        itself anew."""
        self.port = int(LISTENING.findall(self.log_text())[-1])

    def log_text(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def request(self, method, path, body=None, headers=None, timeout=120):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def process_raw(self, image, query="", content_type="image/jpeg"):
        return self.request("POST", "/api/v2/process" + query, image,
                            {"Content-Type": content_type})

    def process_form(self, fields):
        body, content_type = multipart(fields)
        return self.request("POST", "/api/v2/process", body,
                            {"Content-Type": content_type})

    def warm(self):
        reply = self.request("POST", "/warmup", timeout=300)
        if reply.status != 200:
            raise RuntimeError(f"warm-up: {reply.status} {reply.body[:500]}")
        return reply

    def rss_kb(self, field="VmRSS"):
        with open(f"/proc/{self.process.pid}/status",
                  encoding="ascii") as file:
            return int(re.search(field + r":\s+(\d+)", file.read())[1])

    def stop(self, sig=signal.SIGTERM, timeout=60):
        """Ends the process; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        if os.path.exists(self.log.name):
            os.unlink(self.log.name)
        return self.process.returncode


_shared = None


def shared():
    """A warm server for all tests that leave it as they found it."""
    global _shared
    if _shared is None:
        _shared = Server()
        atexit.register(_shared.stop)
        _shared.warm()
    return _shared
