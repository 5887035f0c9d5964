"""make bench-cold: from exec to the first verified result, and what it costs.

    python3 cold.py DATA NODE_MODULES_PARENT OUT [--quick]

Writes OUT/cold.json and OUT/cold.md. Contestants take turns within one run.
"""
import argparse
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import bench
import cold_report
import measure
import server

DROP = "/proc/sys/vm/drop_caches"


def drop_caches():
    os.sync()
    with open(DROP, "w", encoding="ascii") as file:
        file.write("1")


def may_drop():
    try:
        drop_caches()
        return True
    except OSError:
        return False


def memory(pid):
    """MB now and at most, what is a file's apart."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        text = file.read()
    return {name: int(re.search(field + r":\s+(\d+)", text)[1]) / 1024
            for name, field in (("peak_mb", "VmHWM"), ("anon_mb", "RssAnon"),
                                ("file_mb", "RssFile"))}


def connect(port, start):
    """Until the port takes a connection: the connection, and ms since start."""
    while True:
        try:
            return (socket.create_connection(("127.0.0.1", port)),
                    measure.clock_ms() - start)
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


def cold_start(store, expected, poll=False):
    """One start, warming by itself, to its report; killed afterwards. Its
    cached_state has to be `expected`, or the figure would bear a wrong name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = measure.clock_ms()
    process = subprocess.Popen(
        [server.BINARY, "--host", "127.0.0.1", "--port", str(port), "--store",
         store, "--log-level", "error"])
    try:
        connection, found = connect(port, start)[0], {}
        found["port_ms"] = measure.clock_ms() - start
        ask_health(connection)
        found["health_ms"] = measure.clock_ms() - start
        poller = HealthPoll(connection) if poll else None
        if poller:
            poller.start()
        asking = socket.create_connection(("127.0.0.1", port))
        asking.sendall(b"POST /warmup HTTP/1.1\r\nHost: bench\r\n"
                       b"Connection: close\r\nContent-Length: 0\r\n\r\n")
        reply = b""
        while part := asking.recv(65536):
            reply += part
        found["ready_ms"] = measure.clock_ms() - start
        if poller:
            poller.stopping = True
            poller.join()
            if poller.failed:
                raise SystemExit(f"/health in the warm-up: {poller.failed}")
            found["health_poll_ms"] = poller.took
        found["report"] = json.loads(reply.split(b"\r\n\r\n", 1)[1])
        if found["report"].get("cached_state") != expected:
            raise SystemExit(f"not a {expected}: {found['report']}")
        found["memory"] = memory(process.pid)
        found["state_pages_mb"] = server.state_pages(process.pid)
        # What it prepared is on the volume before the next one starts.
        if expected != "hit":
            server.wait_for(lambda: glob.glob(
                os.path.join(store, "state", "*", "state.safetensors")),
                "a published state")
        return found
    finally:
        process.kill()
        process.wait()


def port_without_engine(store):
    """Port and /health of a server that was not asked to warm up, and whether
    the engine's libraries are mapped by then."""
    start = measure.clock_ms()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = measure.clock_ms()
    process = subprocess.Popen(
        [server.BINARY, "--host", "127.0.0.1", "--port", str(port), "--store",
         store, "--log-level", "error", "--warm-on-start", "false"])
    try:
        connection, opened = connect(port, start)
        ask_health(connection)
        answered = measure.clock_ms() - start
        with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps:
            text = maps.read()
        return {"port_ms": opened, "health_ms": answered,
                "engine_mapped": "libdnnl" in text or "libtorch" in text}
    finally:
        process.kill()
        process.wait()


def run_once(*command):
    """From exec to the line that announces the first result: tearing down
    afterwards is not waited for by a user. None where the peer is missing."""
    start = measure.clock_ms()
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
    except OSError:
        return None
    first = process.stdout.readline()
    took = measure.clock_ms() - start
    process.communicate()
    return took if first.startswith(b"{") and process.returncode == 0 else None


def run_node(*arguments):
    """measure.run_peer's first_ms, None where the peer is missing."""
    try:
        return measure.run_peer(*arguments)["first_ms"]
    except (OSError, SystemExit):
        return None


class Cold:
    def __init__(self, arguments):
        self.node = arguments.node
        self.modules = os.path.join(self.node, "node_modules")
        self.data = arguments.data
        self.rounds = 2 if arguments.quick else 7
        self.drop = may_drop()
        self.store = tempfile.mkdtemp(prefix="prewarm-cold-",
                                      dir=os.path.dirname(server.STORE))
        shutil.copytree(os.path.join(server.STORE, "models"),
                        os.path.join(self.store, "models"))
        self.weights = glob.glob(os.path.join(
            self.store, "models", "isnet", "*", "weights.safetensors"))[0]

    def forget_state(self):
        shutil.rmtree(os.path.join(self.store, "state"), True)

    def state_file(self):
        return glob.glob(os.path.join(self.store, "state", "*",
                                      "state.safetensors"))[0]

    def bandwidth(self):
        """MB/s of reading the prepared state from the disk."""
        drop_caches()
        start = measure.clock_ms()
        size = 0
        with open(self.state_file(), "rb", buffering=0) as file:
            while part := file.read(1 << 20):
                size += len(part)
        return size / 1e3 / (measure.clock_ms() - start)

    def measure(self):
        found = {name: [] for name in (
            "port", "weights_only", "prepared", "weights_only_dropped",
            "prepared_dropped", "floor", "imgly", "onnxruntime", "naive_jit",
            "python_torch", "bandwidth")}
        jit = os.path.join(self.data, "isnet.pt")
        for number in range(self.rounds):
            print(f"  round {number + 1} of {self.rounds}", flush=True)
            self.forget_state()
            found["weights_only"].append(cold_start(self.store, "miss"))
            found["prepared"].append(
                cold_start(self.store, "hit", poll=True))
            found["port"].append(port_without_engine(self.store))
            precision = found["prepared"][-1]["report"]["precision"]
            alone = measure.engine_bench("--precision", precision, "--runs",
                                         "3")
            found["floor"].append({"library_ms": alone["library_ms"],
                                   "warm_ms": alone["warm_ms"]})
            if self.drop:
                found["bandwidth"].append(self.bandwidth())
                drop_caches()
                found["prepared_dropped"].append(
                    cold_start(self.store, "hit"))
                self.forget_state()
                drop_caches()
                found["weights_only_dropped"].append(
                    cold_start(self.store, "miss"))
            if os.path.exists(jit):
                found["naive_jit"].append(run_once(
                    os.path.join(server.ROOT, "build", "bin", "naive_jit"),
                    jit))
                found["python_torch"].append(run_once(
                    "/usr/bin/python3", os.path.join(
                        measure.HERE, "peers", "isnet_torch.py"), "run",
                    self.weights))
            found["imgly"].append(run_node(
                self.node, "imgly.mjs", self.modules,
                os.path.join(self.data, "photo1024.jpg"), 0))
            found["onnxruntime"].append(run_node(
                self.node, "ort.mjs", self.modules,
                os.path.join(self.data, "isnet-medium.onnx"), 0,
                os.path.join(self.data, "equal0.f32")))
        return found

    def second_process(self):
        """Two warm processes on one state: what each has of its pages."""
        first, second = (server.Server(store=self.store) for _ in range(2))
        try:
            first.warm()
            second.warm()
            return [server.state_pages(each.process.pid)
                    for each in (first, second)]
        finally:
            first.stop()
            second.stop()

    def close(self):
        shutil.rmtree(self.store, True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("node")
    parser.add_argument("out")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    machine = bench.machine()
    cold = Cold(arguments)
    try:
        found = cold.measure()
        cold.forget_state()
        cold_start(cold.store, "miss")
        found["state_bytes"] = os.path.getsize(cold.state_file())
        found["second_process"] = cold.second_process()
    finally:
        cold.close()
    found["machine"], found["quick"] = machine, arguments.quick
    table = cold_report.table(found)
    if not cold.drop:
        table.append("\nThe page cache could not be dropped here.")
    text = "\n".join(table) + "\n"
    with open(os.path.join(arguments.out, "cold.json"), "w",
              encoding="utf-8") as file:
        json.dump(found, file, indent=1)
    with open(os.path.join(arguments.out, "cold.md"), "w",
              encoding="utf-8") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    main()
