"""make bench: Prewarm against what a user would take instead, in one run.

    python3 bench.py DATA NODE_MODULES_PARENT OUT [--quick] [--only NAME,...]

Writes OUT/results.json and OUT/results.md. Contestants take turns, so that a
neighbour's load or the clock's drift falls on all of them alike.
"""
import argparse
import array
import json
import os
import platform
import subprocess

import measure
import report
import server
import pictures


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Bench:
    def __init__(self, arguments):
        self.data, self.node = arguments.data, arguments.node
        self.out, self.quick = arguments.out, arguments.quick
        self.modules = os.path.join(self.node, "node_modules")
        self.onnx = os.path.join(self.data, "isnet-medium.onnx")

    def at(self, name):
        return os.path.join(self.data, name)

    def cut_out(self):
        """Start to first result, warm time, peak memory; interleaved."""
        rounds, runs = (2, 3) if self.quick else (5, 5)
        photo = read(self.at("photo1024.jpg"))
        found = {"prewarm": [], "imgly": [], "onnxruntime": []}
        for number in range(rounds):
            print(f"  round {number + 1} of {rounds}", flush=True)
            found["prewarm"].append(measure.run_ours(photo, runs))
            found["imgly"].append(measure.run_peer(
                self.node, "imgly.mjs", self.modules,
                self.at("photo1024.jpg"), runs))
            found["onnxruntime"].append(measure.run_peer(
                self.node, "ort.mjs", self.modules, self.onnx, runs,
                self.at("equal0.f32")))
        return {name: {
            "first_ms": measure.median([r["first_ms"] for r in results]),
            "warm_ms": measure.median(
                [ms for r in results for ms in r["warm_ms"]]),
            "peak_mb": measure.median(
                [r["peak_kb"] for r in results]) / 1024,
            "rounds": results} for name, results in found.items()}

    def equality(self):
        """Our 8-bit mask against onnxruntime's, five photos of 1024²."""
        inputs = [self.at(f"equal{i}.f32") for i in range(5)]
        measure.run_peer(self.node, "ort.mjs", self.modules, self.onnx, 0,
                         *inputs)
        started, rows = server.Server(), []
        try:
            started.warm()
            for index, path in enumerate(inputs):
                reference = array.array("f", read(path + ".mask"))
                _, reply = measure.process(
                    started, read(self.at(f"equal{index}.png")),
                    "?output=mask", "image/png")
                mask = b"".join(pictures.png_rows(reply.body))
                rows.append(compare(mask, reference))
        finally:
            started.stop()
        return {"photos": rows,
                "max_steps": max(r["max_steps"] for r in rows),
                "share_off": max(r["share_off"] for r in rows)}

    def engine(self):
        """The network alone in turns with onnxruntime, and its fp32 masks."""
        rounds, runs = (2, 3) if self.quick else (5, 7)
        ours, theirs = {"fp32": [], "bf16": []}, []
        for _ in range(rounds):
            for precision in ("fp32", "bf16"):
                found = measure.engine_bench("--precision", precision,
                                             "--runs", str(runs))
                ours[precision].append(found)
            theirs += measure.run_peer(
                self.node, "ort.mjs", self.modules, self.onnx, runs,
                self.at("equal0.f32"))["warm_ms"]
        worst = 0
        inputs = [self.at(f"equal{i}.f32") for i in range(5)]
        measure.run_peer(self.node, "ort.mjs", self.modules, self.onnx, 0,
                         *inputs)
        for path in inputs:
            measure.engine_bench("--precision", "fp32", "--runs", "1",
                                 "--input", path, "--dump", path + ".ours")
            mine, reference = array.array("f"), array.array("f")
            mine.frombytes(read(path + ".ours"))
            reference.frombytes(read(path + ".mask"))
            worst = max(worst, max(abs(m - min(max(r, 0), 1))
                                   for m, r in zip(mine, reference)))
        return {"warm_ms": {precision: measure.median(
                    [one["warm_ms"] for one in found])
                            for precision, found in ours.items()},
                "rounds": ours, "onnxruntime_warm_ms": measure.median(theirs),
                "fp32_max_difference": worst}

    def throughput(self):
        """Eight clients for a minute, one photo."""
        photo = read(self.at("photo1024.jpg"))
        seconds = 15 if self.quick else 60
        started = server.Server()
        try:
            started.warm()
            took, statuses, _, wall = measure.load(
                started, lambda i: (photo, "image/jpeg"), 8,
                lambda count, passed: passed >= seconds)
        finally:
            started.stop()
        peer = measure.run_peer(self.node, "imgly.mjs", self.modules,
                                self.at("photo1024.jpg"), 1, 8, seconds)
        return {"clients": 8, "statuses": statuses,
                "prewarm": rates(took, wall),
                "imgly": rates(peer["load_ms"], peer["load_s"])}

    def health(self):
        """The HTTP layer alone against node's, in turns."""
        rounds, seconds = (2, 3) if self.quick else (5, 8)
        started = server.Server()
        node = None
        try:
            started.warm()
            size = len(started.get("/health").body)
            node = subprocess.Popen(
                ["node", os.path.join(measure.HERE, "peers", "health.mjs"),
                 str(size)], stdout=subprocess.PIPE, text=True)
            port = int(node.stdout.readline())
            # A core for the server, another for the client.
            cores = sorted(os.sched_getaffinity(0))
            measure.pin(started.process.pid, cores[0])
            measure.pin(node.pid, cores[0])
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(measure.wrk(started.port, "/health", seconds,
                                        cores[-1]))
                theirs.append(measure.wrk(port, "/", seconds, cores[-1]))
        finally:
            if node:
                node.kill()
                node.wait()
            started.stop()
        return {"bytes": size, "prewarm_per_s": measure.median(ours),
                "node_per_s": measure.median(theirs),
                "prewarm": ours, "node": theirs}

    def memory(self):
        """Median RSS around request 100 and around 500, mixed, 4 clients."""
        kinds = {"jpg": "image/jpeg", "png": "image/png",
                 "webp": "image/webp"}
        mixed = [(read(self.at(f"mixed-{width}.{end}")), kind)
                 for width in (256, 640, 1280, 1600, 2048)
                 for end, kind in kinds.items()]
        total, window = (60, 10) if self.quick else (500, 50)
        first = total // 5
        started = server.Server()
        try:
            started.warm()
            _, statuses, rss, _ = measure.load(
                started, lambda i: mixed[i * 7 % len(mixed)], 4,
                lambda count, passed: count >= total)
        finally:
            started.stop()
        early = measure.median(rss[first - window // 2:first + window // 2])
        late = measure.median(rss[-window:])
        return {"requests": total, "statuses": statuses,
                "rss_mb_early": early / 1024, "rss_mb_late": late / 1024,
                "growth": late / early - 1}

    def big(self):
        """A 12-megapixel photo end to end, JPEG and HEIC."""
        started, found = server.Server(), {}
        try:
            started.warm()
            for name, kind in (("big.jpg", "image/jpeg"),
                               ("big.heic", "image/heic")):
                image = read(self.at(name))
                results = [measure.process(started, image, "", kind)
                           for _ in range(2 if self.quick else 5)]
                found[name] = {
                    "ms": measure.median([ms for ms, _ in results]),
                    "stages": measure.timings(results[-1][1])}
            found["peak_mb"] = started.rss_kb("VmHWM") / 1024
        finally:
            started.stop()
        return found


def rates(took, seconds):
    return {"requests": len(took), "requests_per_s": len(took) / seconds,
            "p50_ms": measure.percentile(took, 0.5),
            "p99_ms": measure.percentile(took, 0.99)}


def compare(mask, reference):
    """Distances in 8-bit steps between a mask and float values in 0..1."""
    if len(mask) != len(reference):
        raise SystemExit(f"mask of {len(mask)} for {len(reference)} values")
    # Clamped as a mask must be; a NaN in the reference would end int().
    worst = off = 0
    for ours, value in zip(mask, reference):
        step = abs(ours - int(min(max(value, 0.0), 1.0) * 255 + 0.5))
        if step > worst:
            worst = step
        off += step > 1
    return {"max_steps": worst, "share_off": off / len(mask)}


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read()
    flags = text.split("flags", 1)[1].split("\n", 1)[0].split()
    return {"cpu": text.split("model name", 1)[1].split("\n", 1)[0].strip(
                "\t: "),
            "cores": len(os.sched_getaffinity(0)),
            "bf16": "avx512_bf16" in flags, "system": platform.platform(),
            "load_before": os.getloadavg()[0]}


PARTS = ("cut_out", "equality", "engine", "throughput", "health", "memory",
         "big")


def choose(parser, only, parts):
    """The parts that --only names, in their order."""
    unknown = set(only.split(",")) - set(parts)
    if unknown:
        parser.error(f"unknown part {unknown}; one of {parts}")
    return [part for part in parts if part in only.split(",")]


def write(folder, name, results, text=None):
    """NAME.json; and NAME.md, which is also shown, once there is a text."""
    with open(os.path.join(folder, name + ".json"), "w",
              encoding="utf-8") as file:
        json.dump(results, file, indent=1)
    if text:
        with open(os.path.join(folder, name + ".md"), "w",
                  encoding="utf-8") as file:
            file.write(text)
        print(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("node")
    parser.add_argument("out")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    arguments = parser.parse_args()
    chosen = choose(parser, arguments.only, PARTS)
    os.makedirs(arguments.out, exist_ok=True)
    bench = Bench(arguments)
    results = {"machine": machine(), "quick": arguments.quick}
    for part in chosen:
        print(part, flush=True)
        results[part] = getattr(bench, part)()
        # After each part: an abort keeps what was measured.
        write(arguments.out, "results", results)
    write(arguments.out, "results", results, report.markdown(results))


if __name__ == "__main__":
    main()
