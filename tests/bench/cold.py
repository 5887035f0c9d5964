"""make bench-cold: from exec to the first verified result, and what it costs.

    python3 cold.py DATA NODE_MODULES_PARENT OUT [--quick] [--only A,B]

Writes OUT/cold.json and OUT/cold.md. Contestants take turns within one run.
"""
import argparse
import glob
import json
import os
import shutil
import subprocess
import tempfile

import bench
import cold_report
import cold_start
import measure
import server


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


class Cold:
    def __init__(self, data, node):
        self.node, self.data = node, data
        self.modules = os.path.join(node, "node_modules")
        self.photo = os.path.join(data, "photo1024.jpg")
        self.store = tempfile.mkdtemp(prefix="prewarm-cold-",
                                      dir=os.path.dirname(server.STORE))
        shutil.copytree(os.path.join(server.STORE, "models"),
                        os.path.join(self.store, "models"))
        self.cache = cold_start.PageCache(self.store)

    def states(self):
        return glob.glob(os.path.join(self.store, "state", "*",
                                      "state.safetensors"))

    def from_weights(self):
        shutil.rmtree(os.path.join(self.store, "state"), True)
        found = cold_start.to_verified(self.store, "miss", self.cache,
                                       settled=self.states)
        self.precision = found["report"]["precision"]
        return found

    # Each part is one contestant's turn of a round; None: not to be had here.

    def port(self):
        return cold_start.to_port(self.store)

    def weights_only(self):
        return self.from_weights()

    def prepared(self):
        return cold_start.to_verified(self.store, "hit", poll=True)

    def cut_out(self):
        with open(self.photo, "rb") as file:
            return cold_start.to_cut_out(self.store, file.read())

    def floor(self):
        return self.engine_alone(3)

    def engine_alone(self, runs):
        return measure.engine_bench("--precision", self.precision, "--runs",
                                    str(runs))

    def bandwidth(self):
        """MB/s of reading the prepared state from the disk."""
        self.cache.drop()
        start, size = measure.clock_ms(), 0
        with open(self.states()[0], "rb", buffering=0) as file:
            while part := file.read(1 << 20):
                size += len(part)
        return size / 1e3 / (measure.clock_ms() - start)

    def prepared_dropped(self):
        self.cache.drop()
        return cold_start.to_verified(self.store, "hit")

    def weights_only_dropped(self):
        shutil.rmtree(os.path.join(self.store, "state"), True)
        self.cache.drop()
        return self.from_weights()

    def warm(self):
        """The network within warm requests, and by itself."""
        with open(self.photo, "rb") as file:
            photo = file.read()
        started = server.Server(store=self.store)
        try:
            started.warm()
            within = [measure.timings(measure.process(started, photo)[1])
                      ["infer"] for _ in range(9)]
        finally:
            started.stop()
        return {"within_ms": measure.median(within),
                "alone_ms": self.engine_alone(9)["warm_ms"]}

    def imgly(self):
        return self.run_node("imgly.mjs", self.modules, self.photo, 0)

    def onnxruntime(self):
        return self.run_node(
            "ort.mjs", self.modules,
            os.path.join(self.data, "isnet-medium.onnx"), 0,
            os.path.join(self.data, "equal0.f32"))

    def naive_jit(self):
        return run_once(os.path.join(server.ROOT, "build", "bin", "naive_jit"),
                        os.path.join(self.data, "isnet.pt"))

    def python_torch(self):
        weights = glob.glob(os.path.join(self.store, "models", "isnet", "*",
                                         "weights.safetensors"))[0]
        return run_once("/usr/bin/python3",
                        os.path.join(measure.HERE, "peers", "isnet_torch.py"),
                        "run", weights)

    def run_node(self, *arguments):
        try:
            return measure.run_peer(self.node, *arguments)["first_ms"]
        except (OSError, SystemExit):
            return None

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


# In the order of a round.
PARTS = ("weights_only", "prepared", "port", "cut_out", "floor", "warm",
         "bandwidth", "prepared_dropped", "weights_only_dropped", "naive_jit",
         "python_torch", "imgly", "onnxruntime")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("node")
    parser.add_argument("out")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    arguments = parser.parse_args()
    chosen = bench.choose(parser, arguments.only, PARTS)
    os.makedirs(arguments.out, exist_ok=True)
    found = {"machine": bench.machine(), "quick": arguments.quick,
             **{part: [] for part in PARTS}}
    cold = Cold(arguments.data, arguments.node)
    rounds = 2 if arguments.quick else 7
    try:
        found["page_cache"] = "whole" if cold.cache.whole else "files"
        cold.from_weights()
        for number in range(rounds):
            print(f"  round {number + 1} of {rounds}", flush=True)
            for part in chosen:
                found[part].append(getattr(cold, part)())
        found["second_process"] = cold.second_process()
    finally:
        cold.close()
    bench.write(arguments.out, "cold", found,
                "\n".join(cold_report.table(found)) + "\n")


if __name__ == "__main__":
    main()
