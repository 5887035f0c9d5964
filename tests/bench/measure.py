"""Starting, timing and loading the contestants of the benchmark."""
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "contract"))
import server  # noqa: E402


def clock_ms():
    return time.monotonic() * 1000


def median(values):
    return statistics.median(values) if values else None


def percentile(values, share):
    """The value that `share` of the sample does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run_peer(cwd, script, *arguments):
    """A node peer from exec to its end: first_ms, warm_ms list, peak_kb."""
    start = clock_ms()
    process = subprocess.Popen(
        ["node", os.path.join(HERE, "peers", script), *map(str, arguments)],
        cwd=cwd, stdout=subprocess.PIPE, text=True)
    found = {}
    for line in process.stdout:
        if not line.startswith("{"):
            continue
        event = json.loads(line)
        if event["event"] == "first":
            found["first_ms"] = clock_ms() - start
        else:
            found.update(event)
    if process.wait() != 0 or "warm_ms" not in found:
        raise SystemExit(f"{script} failed")
    return found


def engine_bench(*arguments):
    """The default engine without a server; its flat JSON."""
    done = subprocess.run(
        [os.path.join(server.ROOT, "build", "bin", "engine_bench"), "--store",
         server.STORE, "--engine", "fused", *arguments],
        stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def process(started, image, query="", kind="image/jpeg"):
    """One cut-out; its time in ms and the reply. Anything but 200 ends us."""
    start = clock_ms()
    reply = started.request("POST", "/api/v2/process" + query, image,
                            {"Content-Type": kind})
    took = clock_ms() - start
    if reply.status != 200:
        raise SystemExit(f"HTTP {reply.status}: {reply.body[:300]}")
    return took, reply


def run_ours(photo, runs):
    """Our server from exec to its end, the same shape as run_peer."""
    start = clock_ms()
    started = server.Server()
    try:
        # No warm-up call: a cold server queues the photo while it warms.
        process(started, photo, "?max_wait=120")
        first = clock_ms() - start
        warm = [process(started, photo)[0] for _ in range(runs)]
        return {"first_ms": first, "warm_ms": warm,
                "peak_kb": started.rss_kb("VmHWM")}
    finally:
        started.stop()


def timings(reply):
    """Server-Timing as {stage: ms}."""
    return {name: float(value) for name, value in re.findall(
        r"(\w+);dur=([\d.]+)", reply.headers.get("server-timing", ""))}


def load(started, next_picture, clients, stop_when):
    """`clients` threads send pictures until stop_when(count, seconds).

    next_picture(i) -> (bytes, content type). Returns the times in ms, the
    statuses, and VmRSS in kB after each reply. A 429 or 503 is counted, not
    an error; anything else than 200 beside them is.
    """
    lock = threading.Lock()
    took, statuses, rss = [], {}, []
    begin, sent = time.monotonic(), [0]

    def client():
        while True:
            with lock:
                if stop_when(sent[0], time.monotonic() - begin):
                    return
                index = sent[0]
                sent[0] += 1
            image, kind = next_picture(index)
            start = clock_ms()
            reply = started.request("POST", "/api/v2/process?max_wait=120",
                                    image, {"Content-Type": kind})
            with lock:
                statuses[reply.status] = statuses.get(reply.status, 0) + 1
                if reply.status == 200:
                    took.append(clock_ms() - start)
                    rss.append(started.rss_kb())
            if reply.status in (429, 503):
                time.sleep(1)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, statuses, rss, time.monotonic() - begin


def pin(pid, core):
    """All threads of a process to one core."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), {core})


def wrk(port, path, seconds, core):
    """Requests per second of one wrk thread on 32 kept-alive connections.

    On a core of its own: sharing one with the server, it would be the limit.
    """
    done = subprocess.run(
        ["taskset", "-c", str(core), "wrk", "-t1", "-c32", f"-d{seconds}s",
         f"http://127.0.0.1:{port}{path}"],
        stdout=subprocess.PIPE, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit("wrk saw errors:\n" + done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
