"""The dashboard of a controller with a thousand policies and ten thousand
instances: how long its page waits for what it asks, and what that takes of
the controller's CPU and memory.

    python3 tests/bench/dashboard_load.py [--policies 1000] [--each 10]
        [--pages 10] [--seconds 60] [--out build/bench/dashboard.json]
        [--stay]

The instances are one program that answers as warm; their controller is
`warmup-controller local`. A page asks as the one in a browser does: summary
and 50 policies every 5 s, or the timeline of one policy every 10 s. --stay
leaves it running, to be looked at.
"""
import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROGRAM = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    ROOT, "build", "bin", "warmup-controller"))
TICKS = os.sysconf("SC_CLK_TCK")


async def instance(reader, writer):
    """All instances: the first part of a path says which one is meant."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = head.split(" ", 2)[1]
            length = [line.split(":")[1] for line in head.split("\r\n")
                      if line.lower().startswith("content-length:")]
            await reader.readexactly(int(length[0]) if length else 0)
            body = json.dumps({
                "state": "ready", "ready": True, "already_warm": False,
                "instance_id": path.split("/")[1], "queue": {"accepted": 0},
                "verified": {"canary": True}}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json"
                         b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve_instances():
    """Their port."""
    opened = threading.Event()
    port = []

    async def serve():
        server = await asyncio.start_server(instance, "127.0.0.1", 0,
                                            backlog=1000)
        port.append(server.sockets[0].getsockname()[1])
        opened.set()
        await server.serve_forever()
    threading.Thread(target=lambda: asyncio.run(serve()),
                     daemon=True).start()
    opened.wait(30)
    return port[0]


def declare(folder, port, policies, each):
    for number in range(policies):
        urls = [f"http://127.0.0.1:{port}/i{number}-{one}"
                for one in range(each)]
        name = {"name": f"p{number:04}", "namespace": f"shop-{number % 20}"}
        head = {"apiVersion": "prewarm.dev/v1alpha1", "metadata": name}
        windows = [{"name": "always", "from": "00:00", "to": "24:00",
                    "replicas": each}] + [
            {"name": f"peak-{hour}", "from": f"{hour:02}:00",
             "to": f"{hour:02}:30", "replicas": each} for hour in (9, 12, 18)]
        documents = [
            {**head, "kind": "FixedUrls", "spec": {"urls": urls}},
            {**head, "kind": "PrewarmPolicy",
             "spec": {"targetRef": {"kind": "FixedUrls", "name": name["name"]},
                      "replicas": {"max": each}, "windows": windows,
                      "warmup": {"jitter": "0s", "parallelism": each}}}]
        path = os.path.join(folder, f"{number:04}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n---\n".join(map(json.dumps, documents)))


class Controller:
    def __init__(self, folder):
        self.log = os.path.join(folder, "..", "controller.log")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "local", "--policies", folder, "--listen",
                 "127.0.0.1:0", "--state", os.path.join(folder, "..", "state"),
                 "--price", "0.7"], stdout=log, stderr=log)
        self.url = "http://127.0.0.1:" + self.await_port()

    def await_port(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            with open(self.log, encoding="utf-8") as log:
                for line in log:
                    if "event=listening" in line:
                        return line.split("port=")[1].split()[0]
            time.sleep(0.05)
        with open(self.log, encoding="utf-8") as log:
            raise SystemExit("the controller does not listen: " + log.read())

    def ask(self, path):
        begin = time.monotonic()
        with urllib.request.urlopen(self.url + path, timeout=60) as reply:
            body = reply.read()
        return (time.monotonic() - begin) * 1000, body

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status",
                  encoding="ascii") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0


class Page(threading.Thread):
    """One that is open: of all policies, or of one."""

    def __init__(self, controller, number, policies, until):
        super().__init__()
        self.controller, self.until, self.took = controller, until, {}
        name = f"shop-{number % 20}/p{number % policies:04}"
        self.asked, self.every = (
            {"timeline": f"/api/v1/policies/{name}/timeline",
             "policy": f"/api/v1/policies/{name}"}, 10) if number % 2 else (
                 {"summary": "/api/v1/summary",
                  "policies": "/api/v1/policies?limit=50"}, 5)
        self.bytes = {}

    def run(self):
        while time.monotonic() < self.until:
            begin = time.monotonic()
            for what, path in self.asked.items():
                took, body = self.controller.ask(path)
                self.took.setdefault(what, []).append(took)
                self.bytes[what] = len(body)
            time.sleep(max(0, self.every - (time.monotonic() - begin)))


def rate(controller, seconds):
    """CPUs that the controller takes when nobody asks it."""
    before = controller.cpu()
    time.sleep(seconds)
    return (controller.cpu() - before) / seconds


def measure(options, controller):
    begin = time.monotonic()
    while True:
        summary = json.loads(controller.ask("/api/v1/summary")[1])
        if summary["warm"] == options.policies * options.each:
            break
        if time.monotonic() - begin > 600:
            raise SystemExit(f"not warm: {summary}")
        time.sleep(0.5)
    result = {"policies": options.policies, "instances": summary["warm"],
              "all_warm_s": round(time.monotonic() - begin, 1),
              "pages": options.pages,
              "cpus_without_pages": round(rate(controller, options.seconds), 3)}
    before = controller.cpu()
    until = time.monotonic() + options.seconds
    pages = [Page(controller, number, options.policies, until)
             for number in range(options.pages)]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    result["cpus_with_pages"] = round(
        (controller.cpu() - before) / options.seconds, 3)
    result["memory_mb"] = round(controller.memory_mb())
    for what in ("summary", "policies", "timeline", "policy"):
        took = sorted(one for page in pages
                      for one in page.took.get(what, []))
        size = max((page.bytes.get(what, 0) for page in pages), default=0)
        if took:
            result["of_" + what] = {"asked": len(took), "kib": round(size / 1024, 1),
                            "median_ms": round(statistics.median(took), 1),
                            "worst_ms": round(took[-1], 1)}
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out")
    parser.add_argument("--stay", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        policies = os.path.join(folder, "policies")
        os.mkdir(policies)
        declare(policies, serve_instances(), options.policies, options.each)
        controller = Controller(policies)
        try:
            text = json.dumps(measure(options, controller), indent=1)
            print(text)
            if options.out:
                with open(options.out, "w", encoding="utf-8") as file:
                    file.write(text + "\n")
            if options.stay:
                print(controller.url, flush=True)
                signal.pause()
        finally:
            controller.process.terminate()
            controller.process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
