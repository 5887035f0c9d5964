"""One cold start: a process from exec to its first verified result."""
import json
import os
import re
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import measure
import server

DROP = "/proc/sys/vm/drop_caches"


class PageCache:
    """Forgets files: all of them where the kernel lets us (`whole`), or by
    posix_fadvise those of the store and what a start has mapped."""

    def __init__(self, store):
        self.store, self.mapped = store, set()
        try:
            self.drop_all()
            self.whole = True
        except OSError:
            self.whole = False

    @staticmethod
    def drop_all():
        os.sync()
        with open(DROP, "w", encoding="ascii") as file:
            file.write("1")

    def learn(self, pid):
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
            self.mapped |= {line.split(maxsplit=5)[5].strip()
                            for line in maps if line.count("/") > 0}

    def drop(self):
        if self.whole:
            self.drop_all()
            return
        os.sync()
        files = {os.path.join(folder, name)
                 for folder, _, names in os.walk(self.store) for name in names}
        for path in files | self.mapped:
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0,
                                     os.POSIX_FADV_DONTNEED)


def memory(pid):
    """MB now and at most: anonymous, of files, and shared (memfd) apart."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        text = file.read()
    return {name: int(re.search(field + r":\s+(\d+)", text)[1]) / 1024
            for name, field in (("peak_mb", "VmHWM"), ("anon_mb", "RssAnon"),
                                ("file_mb", "RssFile"),
                                ("shared_mb", "RssShmem"))}


def read_mb(pid):
    """What the process had to have read from the disk, its libraries too."""
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return int(re.search(r"read_bytes: (\d+)", file.read())[1]) / 1e6


def connect(port, start):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            if measure.clock_ms() - start > 60000:
                raise


def ask_health(connection):
    """One reply on a kept-alive connection; a closed one is no fast answer."""
    connection.sendall(b"GET /health HTTP/1.1\r\nHost: bench\r\n\r\n")
    reply = connection.recv(65536)
    if not reply.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"/health: {reply[:200]}")


class HealthPoll(threading.Thread):
    """Asks /health again and again on one connection."""

    def __init__(self, connection):
        super().__init__()
        self.connection, self.took, self.stopping = connection, [], False
        self.failed = None

    def run(self):
        try:
            while not self.stopping:
                start = measure.clock_ms()
                ask_health(self.connection)
                self.took.append(measure.clock_ms() - start)
                time.sleep(0.001)
        except (OSError, SystemExit) as error:
            self.failed = error

    def finish(self):
        self.stopping = True
        self.join()
        if self.failed:
            raise SystemExit(f"/health in the warm-up: {self.failed}")
        return self.took


def post(port, path, body=b"", kind="application/octet-stream"):
    """Status and body of one POST, without http.client's own waits."""
    with socket.create_connection(("127.0.0.1", port)) as asking:
        asking.sendall(f"POST {path} HTTP/1.1\r\nHost: bench\r\n"
                       f"Connection: close\r\nContent-Type: {kind}\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        reply = b""
        while part := asking.recv(1 << 20):
            reply += part
    head, body = reply.split(b"\r\n\r\n", 1)
    return int(head.split()[1]), body


@contextmanager
def running(store, *arguments):
    """A server just exec'd: (process, port, its start); killed afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = measure.clock_ms()
    process = subprocess.Popen(
        [server.BINARY, "--host", "127.0.0.1", "--port", str(port), "--store",
         store, "--log-level", "error", *arguments])
    try:
        yield process, port, start
    finally:
        process.kill()
        process.wait()


def to_verified(store, expected, cache=None, poll=False, settled=None):
    """exec to the reply of POST /warmup. Its cached_state has to be
    `expected`, or the figure would bear a wrong name. `settled` is waited for
    before the process ends: what it prepared is then on the volume."""
    with running(store) as (process, port, start):
        connection, found = connect(port, start), {}
        found["port_ms"] = measure.clock_ms() - start
        ask_health(connection)
        found["health_ms"] = measure.clock_ms() - start
        poller = HealthPoll(connection) if poll else None
        if poller:
            poller.start()
        _, body = post(port, "/warmup")
        found["ready_ms"] = measure.clock_ms() - start
        if poller:
            found["health_poll_ms"] = poller.finish()
        found["report"] = json.loads(body)
        if found["report"].get("cached_state") != expected:
            raise SystemExit(f"not a {expected}: {found['report']}")
        found["memory"] = memory(process.pid)
        found["read_mb"] = read_mb(process.pid)
        found["state_pages_mb"] = server.state_pages(process.pid)
        if cache:
            cache.learn(process.pid)
        if settled:
            server.wait_for(settled, "a published state")
        return found


def to_port(store):
    """Port and /health of a server that was not asked to warm up, and whether
    the engine's libraries are mapped by then."""
    with running(store, "--warm-on-start", "false") as (process, port, start):
        connection = connect(port, start)
        opened = measure.clock_ms() - start
        ask_health(connection)
        answered = measure.clock_ms() - start
        with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
            text = maps.read()
        return {"port_ms": opened, "health_ms": answered,
                "engine_mapped": "libdnnl" in text or "libtorch" in text}


def to_cut_out(store, photo):
    """exec to the cut-out of a customer who is there from the beginning."""
    with running(store) as (_, port, start):
        connect(port, start).close()
        status, body = post(port, "/api/v2/process?max_wait=120", photo,
                            "image/jpeg")
        took = measure.clock_ms() - start
        if status != 200:
            raise SystemExit(f"cut-out: HTTP {status}: {body[:300]}")
        return took
