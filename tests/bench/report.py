"""The benchmark's results as a Markdown table; only what was measured."""


def _row(what, ours, peer, ratio="", goal=""):
    return f"| {what} | {ours} | {peer} | {ratio} | {goal} |"


def _ratio(ours, peer):
    return f"{ours / peer:.2f}"


def _cut_out(found):
    ours, imgly, ort = (found[n] for n in ("prewarm", "imgly", "onnxruntime"))
    for name, peer, key, unit, goal in (
            ("process start → first result", imgly, "first_ms", "ms", "≤ 0.4"),
            ("warm request, 1024-pixel photo", imgly, "warm_ms", "ms",
             "≤ 0.35"),
            ("peak memory", imgly, "peak_mb", "MB", "≤ 0.8"),
            ("peak memory", ort, "peak_mb", "MB", "≤ 0.4"),
            ("warm request against the bare network", ort, "warm_ms", "ms",
             "")):
        label = "imgly" if peer is imgly else "onnxruntime"
        yield _row(name, f"{ours[key]:.0f} {unit}",
                   f"{label} {peer[key]:.0f} {unit}",
                   _ratio(ours[key], peer[key]), goal)


def _rest(results):
    if "equality" in results:
        found = results["equality"]
        yield _row("mask against onnxruntime, worst of 5 photos",
                   f"{100 * found['share_off']:.2f} % of pixels off by more "
                   f"than 1/255, at most {found['max_steps']}/255", "", "",
                   "≤ 0.5 %")
    if "engine" in results:
        found, peer = results["engine"], results["engine"]["onnxruntime_warm_ms"]
        for precision, goal in (("bf16", "≤ 0.75"), ("fp32", "≤ 1.25")):
            ours = found["warm_ms"][precision]
            yield _row(f"the network alone, {precision}", f"{ours:.0f} ms",
                       f"onnxruntime fp32 {peer:.0f} ms", _ratio(ours, peer),
                       goal)
        yield _row("fp32 mask against onnxruntime's, 5 photos",
                   f"differs by at most {found['fp32_max_difference']:.5f}",
                   "", "", "≤ 0.002")
    if "throughput" in results:
        found = results["throughput"]
        refused = {code: n for code, n in found["statuses"].items()
                   if int(code) != 200}
        ours, imgly = found["prewarm"], found["imgly"]
        yield _row("8 clients", f"{ours['requests_per_s']:.2f} requests/s"
                   + (f", refused {refused}" if refused else ""),
                   f"imgly {imgly['requests_per_s']:.2f} requests/s",
                   _ratio(ours["requests_per_s"], imgly["requests_per_s"]))
        yield _row("8 clients, p99", f"{ours['p99_ms']:.0f} ms",
                   f"imgly {imgly['p99_ms']:.0f} ms",
                   _ratio(ours["p99_ms"], imgly["p99_ms"]))
    if "health" in results:
        found = results["health"]
        yield _row("health endpoint", f"{found['prewarm_per_s']:.0f}/s",
                   f"node http {found['node_per_s']:.0f}/s",
                   _ratio(found["prewarm_per_s"], found["node_per_s"]),
                   "≥ 1.2")
    if "memory" in results:
        found = results["memory"]
        yield _row(f"memory, request {found['requests'] // 5} → "
                   f"{found['requests']}",
                   f"{found['rss_mb_early']:.0f} → "
                   f"{found['rss_mb_late']:.0f} MB "
                   f"({100 * found['growth']:+.1f} %)", "", "", "≤ +5 %")
    if "big" in results:
        for name in ("big.jpg", "big.heic"):
            yield _row(f"12 megapixels, {name.split('.')[1].upper()}",
                       f"{results['big'][name]['ms']:.0f} ms", "")


def markdown(results):
    machine = results["machine"]
    lines = [f"{machine['cpu']}, {machine['cores']} cores, avx512_bf16 "
             f"{'yes' if machine['bf16'] else 'no'}, load before "
             f"{machine['load_before']:.1f}"
             + (", quick run" if results["quick"] else ""), "",
             "| | Prewarm | peer | ratio | goal |", "|---|---|---|---|---|"]
    if "cut_out" in results:
        lines += _cut_out(results["cut_out"])
    lines += _rest(results)
    return "\n".join(lines) + "\n"
