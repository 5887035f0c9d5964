"""The cold starts' results as Markdown tables; only what was measured."""
import measure


def middle(values):
    return measure.median([v for v in values if v is not None])


def rows(found):
    """(what, ours, peer, ratio, goal) of each line of the table."""
    def ready(name):
        return middle([r["ready_ms"] for r in found[name]])

    port = found["port"]
    yield ("exec → port open", f"{middle([r['port_ms'] for r in port]):.0f} ms",
           "", "", "")
    mapped = any(r["engine_mapped"] for r in port)
    yield ("exec → /health answered, engine "
           + ("MAPPED" if mapped else "not yet mapped"),
           f"{middle([r['health_ms'] for r in port]):.0f} ms", "", "",
           "≤ 30 ms")
    floor = middle([f["library_ms"] + f["warm_ms"] for f in found["floor"]])
    prepared = ready("prepared")
    for label, peer, goal in (
            (f"floor {floor:.0f} ms", floor, "≤ 1.25"),
            ("imgly", middle(found["imgly"]), "≤ 0.25"),
            ("onnxruntime", middle(found["onnxruntime"]), "≤ 0.4"),
            ("torch::jit::load", middle(found["naive_jit"]), "≤ 0.4"),
            ("Python torch", middle(found["python_torch"]), "")):
        if peer:
            name = label if "floor" in label else f"{label} {peer:.0f} ms"
            yield ("exec → verified, prepared state", f"{prepared:.0f} ms",
                   name, f"{prepared / peer:.2f}", goal)
        else:
            yield ("exec → verified, prepared state", f"{prepared:.0f} ms",
                   f"{label}: not here", "", goal)
    weights = ready("weights_only")
    yield ("exec → verified, weights only", f"{weights:.0f} ms",
           f"prepared {prepared:.0f} ms", f"{weights / prepared:.2f}", "≤ 2")
    if found["prepared_dropped"]:
        dropped = ready("prepared_dropped")
        speed = middle(found["bandwidth"])
        state = found["state_bytes"] / 1e6
        limit = floor * 1.25 + state / speed * 1000
        yield ("exec → verified, prepared state, page cache dropped",
               f"{dropped:.0f} ms",
               f"1.25 × floor + {state:.0f} MB at {speed:.0f} MB/s = "
               f"{limit:.0f} ms", f"{dropped / limit:.2f}", "≤ 1")
        yield ("exec → verified, weights only, page cache dropped",
               f"{ready('weights_only_dropped'):.0f} ms", "", "", "")
    polls = [ms for r in found["prepared"] for ms in r["health_poll_ms"]]
    yield ("/health during the warm-up, p99 and worst",
           f"{measure.percentile(polls, 0.99):.1f} and {max(polls):.1f} ms",
           "", "", "≤ 50 ms")
    for name, label in (("prepared", "prepared state"),
                        ("weights_only", "weights only")):
        used = [r["memory"] for r in found[name]]
        yield (f"peak memory of the start, {label}",
               f"{middle([m['peak_mb'] for m in used]):.0f} MB: "
               f"{middle([m['anon_mb'] for m in used]):.0f} anonymous, "
               f"{middle([m['file_mb'] for m in used]):.0f} of files", "", "",
               "≤ 650 MB")
    pages = found["second_process"]
    yield ("pages of the state in two processes, each: mapped, share of it",
           "; ".join(f"{m:.0f}, {s:.0f} MB" for m, s in pages), "", "",
           "shared")


def breakdown(found):
    """What lies between the floor and us: medians of a prepared start."""
    starts, floors = found["prepared"], found["floor"]
    total = middle([r["ready_ms"] for r in starts])
    warmup = middle([r["report"]["total_ms"] for r in starts])
    inference = middle([p["duration_ms"] for r in starts
                        for p in r["report"]["phases"]
                        if p["name"] == "first_inference"])
    library = middle([f["library_ms"] for f in floors])
    warm = middle([f["warm_ms"] for f in floors])
    yield "\n| prepared start | ms | of the floor |"
    yield "|---|---|---|"
    yield f"| exec to the warm-up, and its reply | {total - warmup:.0f} | |"
    yield (f"| warm-up before and after the inference | "
           f"{warmup - inference:.0f} | {library:.0f} library |")
    yield (f"| first inference | {inference:.0f} | {warm:.0f} warm, "
           f"{inference - warm:+.0f} for being the first |")


def phases(found):
    yield "\n| phase | prepared | weights only |"
    yield "|---|---|---|"
    names = [p["name"] for p in found["weights_only"][0]["report"]["phases"]]
    for name in names:
        cells = [f"{middle([p['duration_ms'] for r in found[kind] for p in r['report']['phases'] if p['name'] == name]):.0f} ms"
                 for kind in ("prepared", "weights_only")]
        yield f"| {name} | {cells[0]} | {cells[1]} |"


def table(found):
    lines = ["| | Prewarm | against | ratio | goal |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(found)]
    lines += phases(found)
    lines += breakdown(found)
    return lines
