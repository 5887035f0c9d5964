"""The cold starts' results as Markdown tables; only what was measured."""
import measure


def middle(values):
    return measure.median([v for v in values if v is not None])


def ready(found, name):
    return middle([r["ready_ms"] for r in found[name]])


def floor(found):
    return middle([f["library_ms"] + f["warm_ms"] for f in found["floor"]])


def ratio(what, ours, name, peer, goal):
    """One row; without a ratio where the peer is missing."""
    if ours is None:
        return None
    if peer is None:
        return what, f"{ours:.0f} ms", f"{name}: not here", "", goal
    return (what, f"{ours:.0f} ms", f"{name} {peer:.0f} ms",
            f"{ours / peer:.2f}", goal)


def port_rows(found):
    if not found["port"]:
        return
    mapped = any(r["engine_mapped"] for r in found["port"])
    yield ("exec → port open",
           f"{middle([r['port_ms'] for r in found['port']]):.0f} ms", "", "",
           "")
    yield ("exec → /health answered, engine "
           + ("MAPPED" if mapped else "not yet mapped"),
           f"{middle([r['health_ms'] for r in found['port']]):.0f} ms", "", "",
           "≤ 30 ms")


def hot_rows(found):
    prepared = ready(found, "prepared")
    for name, peer, goal in (
            ("floor", floor(found), "≤ 1.25"),
            ("onnxruntime", middle(found["onnxruntime"]), "≤ 0.4"),
            ("torch::jit::load", middle(found["naive_jit"]), "≤ 0.4"),
            ("imgly", middle(found["imgly"]), "≤ 0.25"),
            ("Python torch", middle(found["python_torch"]), "")):
        yield ratio("exec → verified, prepared state", prepared, name, peer,
                    goal)
    yield ratio("exec → a customer's cut-out, prepared state",
                middle(found["cut_out"]), "imgly", middle(found["imgly"]), "")
    yield ratio("exec → verified, weights only", ready(found, "weights_only"),
                "prepared", prepared, "≤ 2")


def dropped_rows(found):
    hot = floor(found)
    for name, goal in (("prepared", "≤ 1"), ("weights_only", "")):
        starts = found[name + "_dropped"]
        if not starts or not hot or not found["bandwidth"]:
            continue
        speed = middle(found["bandwidth"])
        read = middle([r["read_mb"] for r in starts])
        yield ratio(f"exec → verified, {name.replace('_', ' ')}, page cache "
                    f"dropped", ready(found, name + "_dropped"),
                    f"1.25 × floor + {read:.0f} MB at {speed:.0f} MB/s =",
                    hot * 1.25 + read / speed * 1000, goal)


def memory_rows(found):
    polls = [ms for r in found["prepared"] for ms in r["health_poll_ms"]]
    if polls:
        yield ("/health during the warm-up, p99 and worst",
               f"{measure.percentile(polls, 0.99):.1f} and {max(polls):.1f} ms",
               "", "", "≤ 50 ms")
    for name in ("prepared", "weights_only"):
        used = [r["memory"] for r in found[name]]
        if used:
            parts = {key: middle([m[key] for m in used]) for key in used[0]}
            yield (f"peak memory of the start, {name.replace('_', ' ')}",
                   f"{parts['peak_mb']:.0f} MB: {parts['anon_mb']:.0f} "
                   f"anonymous, {parts['file_mb']:.0f} of files, "
                   f"{parts['shared_mb']:.0f} shared", "", "", "≤ 650 MB")
    pages = found["second_process"]
    yield ("pages of the state in two processes, each: mapped, share of it",
           "; ".join(f"{m:.0f}, {s:.0f} MB" for m, s in pages), "", "",
           "shared")
    if found["warm"]:
        within = middle([w["within_ms"] for w in found["warm"]])
        alone = middle([w["alone_ms"] for w in found["warm"]])
        yield ratio("the network within a warm request", within,
                    "the engine alone", alone, "1")


def rows(found):
    for part in (port_rows, hot_rows, dropped_rows, memory_rows):
        yield from (row for row in part(found) if row)


def breakdown(found):
    """What lies between the floor and us: medians of a prepared start."""
    if not found["prepared"] or not found["floor"]:
        return
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
    kinds = [kind for kind in ("prepared", "weights_only", "prepared_dropped",
                               "weights_only_dropped") if found[kind]]
    if not kinds:
        return
    yield ("\n| phase, ms | "
           + " | ".join(kind.replace("_", " ") for kind in kinds) + " |")
    yield "|---" * (len(kinds) + 1) + "|"
    for name in (p["name"] for p in found[kinds[0]][0]["report"]["phases"]):
        took = [middle([p["duration_ms"] for r in found[kind]
                        for p in r["report"]["phases"] if p["name"] == name])
                for kind in kinds]
        yield f"| {name} | " + " | ".join(f"{ms:.0f}" for ms in took) + " |"


def table(found):
    lines = ["| | Prewarm | against | ratio | goal |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows(found)]
    lines += phases(found)
    lines += breakdown(found)
    if found["page_cache"] != "whole":
        lines.append("\nThe page cache could not be dropped as a whole here: "
                     "only the start's own files were (posix_fadvise).")
    return lines
