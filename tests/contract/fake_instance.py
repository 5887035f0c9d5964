"""A server with the warm-up API of the inference server and no network in it.

    python3 fake_instance.py PORT [--warm-seconds S] [--proves-nothing]
        [--silent-seconds S] [--exit-after S] [--busy] [--ignore-term]
        [--host ADDRESS] [--token-file FILE]

GET /readyz answers 503 until a warm-up, every other path 200; /work?SECONDS
answers after so long, and SIGTERM lets it end first.

Instances of tests and of the controller's demonstration of failures.
"""
import argparse
import http.server
import json
import os
import signal
import sys
import threading
import time
import uuid

parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--warm-seconds", type=float, default=0.2)
parser.add_argument("--silent-seconds", type=float, default=0)
parser.add_argument("--proves-nothing", action="store_true")
parser.add_argument("--exit-after", type=float)
parser.add_argument("--busy", action="store_true")
parser.add_argument("--ignore-term", action="store_true")
parser.add_argument("--token-file", type=argparse.FileType())
options = parser.parse_args()
TOKEN = options.token_file.read().strip() if options.token_file else None
INSTANCE = uuid.uuid4().hex[:16]
ready = threading.Event()
warming = threading.Lock()
# One entry for each request that is worked on.
working = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.startswith("/work?"):
            working.append(self)
            time.sleep(float(self.path.split("?")[1]))
            self.answer(200, {"instance_id": INSTANCE})
            self.wfile.flush()
            working.remove(self)
            return
        self.answer(200 if self.path != "/readyz" or ready.is_set() else 503, {
            "state": "ready" if ready.is_set() else "cold",
            "instance_id": INSTANCE, "ready": ready.is_set(),
            "queue": {"accepted": len(working) + (1 if options.busy else 0)}})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.split("?")[0] != "/warmup":
            self.answer(200 if ready.is_set() else 503, {})
            return
        if TOKEN and self.headers.get("X-Prewarm-Admin-Token") != TOKEN:
            self.answer(401, {"title": "the token is missing or wrong"})
            return
        already = ready.is_set()
        with warming:
            if not ready.is_set():
                time.sleep(options.warm_seconds)
                if not options.proves_nothing:
                    ready.set()
        self.answer(200, {
            "state": "ready", "instance_id": INSTANCE,
            "already_warm": already,
            "phases": [{"name": "first_inference", "start_ms": 0,
                        "duration_ms": 5}],
            "verified": {"canary": not options.proves_nothing}})

    def log_message(self, *_):
        pass




def drain():
    while working:
        time.sleep(0.01)
    os._exit(0)


signal.signal(signal.SIGTERM, signal.SIG_IGN if options.ignore_term
              else lambda *_: threading.Thread(target=drain).start())
if options.exit_after is not None:
    threading.Timer(options.exit_after, os._exit, [3]).start()
time.sleep(options.silent_seconds)
print("listening", options.port, flush=True)
http.server.ThreadingHTTPServer((options.host, options.port),
                                Handler).serve_forever()
sys.exit(0)
