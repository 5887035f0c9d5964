"""Wait against instance-hours: policies that `simulate --suggest` finds on the
first half of a trace, judged on the second, beside what one would do without
them.

    python3 tests/bench/frontier.py --program build/bin/warmup-controller \
        --out docs/frontier [--seeds 100] [--jobs 2]

Writes OUT.json (means over the seeds with 95 % intervals) and OUT.svg.
"""
import argparse
import concurrent.futures
import datetime
import json
import math
import os
import statistics
import subprocess
import tempfile

TRACES = os.path.join(os.path.dirname(__file__), "..", "testdata", "traces")
SCALES = ["0.002", "0.02"]
COLD_STARTS = ["60s", "15s", "2s"]
GOALS = ["0.001", "0.01", "0.05", "0.1", "0.2", "0.4"]
KEEP_ALIVES = "1m,2m,5m,10m,15m,20m,30m,45m,60m"
# What the autoscaler beneath keeps what no policy holds.
FLAGS = ["--idle-timeout", "30s", "--stopping", "0s", "--service", "1s~0.3",
         "--think-time", "40s~0.6", "--conversion", "0.3"]
POLICY = """apiVersion: prewarm.dev/v1alpha1
kind: PrewarmPolicy
metadata: {{name: shop}}
spec:
  targetRef: {{kind: Deployment, name: server}}
  replicas: {{max: 10}}
{more}"""
WINDOW = '  windows: [{name: any, from: "09:00", to: "18:00"}]\n'
INTENT = "  intent: {enabled: true, maxReplicas: 3, dailyInstanceHours: 100}\n"


def simulate(program, policy, trace, *more):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(policy)
        file.flush()
        done = subprocess.run(
            [program, "simulate", "--policy", file.name, "--trace", trace,
             "--output", "json", *FLAGS, *more],
            check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def middle_of(trace):
    with open(trace, encoding="utf-8") as file:
        rows = file.read().split("\n")
    first, last = (datetime.datetime.fromisoformat(row.split(",")[0])
                   for row in (rows[1], [row for row in rows if row][-1]))
    return (first + (last - first) / 2).strftime("%Y-%m-%d")


def suggested(program, trace, scale, cold_start, middle, more, goal):
    answer = simulate(program, POLICY.format(more=more), trace, "--scale",
                      scale, "--cold-start", cold_start, "--until", middle,
                      "--suggest", goal)
    return answer["policy"]


def judge(program, policy, trace, scale, cold_start, middle, seed):
    """{scenario: (cold share, wait p99, share of always-on)}"""
    answer = simulate(program, policy, trace, "--scale", scale, "--cold-start",
                      cold_start, "--from", middle, "--seed", str(seed),
                      "--keepalive", KEEP_ALIVES)
    hours = {one["name"]: one["instance_hours"] for one in answer["scenarios"]}
    return {one["name"]: (one["cold_requests"] / max(1, one["requests"]),
                          one["wait_seconds"]["p99"],
                          one["instance_hours"] / hours["always_on"])
            for one in answer["scenarios"]}


def mean(values):
    """The mean and half of its 95 % interval."""
    half = (1.96 * statistics.stdev(values) / math.sqrt(len(values))
            if len(values) > 1 else 0.0)
    return [round(statistics.fmean(values), 6), round(half, 6)]


def points_of(program, trace, scale, cold_start, seeds):
    """All points of one traffic and one cold start."""
    middle = middle_of(trace)
    policies = {"intent": POLICY.format(more=INTENT)}
    for goal in GOALS:
        for name, more in (("schedule", WINDOW),
                           ("schedule + intent", WINDOW + INTENT)):
            policies[f"{name}, goal {goal}"] = suggested(
                program, trace, scale, cold_start, middle, more, goal)
    seen = {}
    for number, (name, policy) in enumerate(policies.items()):
        for seed in range(1, seeds + 1):
            answers = judge(program, policy, trace, scale, cold_start, middle,
                            seed)
            seen.setdefault(name, []).append(answers["policy"])
            if number > 0:
                continue
            for other, values in answers.items():
                if other not in ("policy", "keda_cron"):
                    seen.setdefault(other, []).append(values)
    return [{"trace": os.path.basename(trace), "scale": scale,
             "cold_start": cold_start, "name": name,
             "cold_share": mean([v[0] for v in values]),
             "wait_p99": mean([v[1] for v in values]),
             "hours_share": mean([v[2] for v in values])}
            for name, values in seen.items()]


KINDS = [("keepalive", "#8a94a3"), ("schedule,", "#2f7d4f"),
         ("hybrid_histogram", "#b0772a"), ("intent", "#1f66c1"),
         ("schedule + intent", "#7b3fb5"), ("oracle", "#1c2430"),
         ("always_on", "#c43d2b")]


def kind_of(name):
    if name.startswith("schedule + intent"):
        return "schedule + intent"
    return next(kind for kind, _ in KINDS if name.startswith(kind))


def plot(points, seeds):
    """One panel for each trace, scale and cold start."""
    width, height, left, top, gap = 300, 190, 46, 78, 58
    groups = {}
    for point in points:
        key = (point["trace"].split("_")[0], point["scale"])
        groups.setdefault(key, {}).setdefault(point["cold_start"],
                                              []).append(point)
    columns = len(COLD_STARTS)
    total_width = left + columns * (width + gap)
    total_height = top + len(groups) * (height + gap)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
           f'{total_width} {total_height}" font-family="sans-serif" '
           f'font-size="11" fill="#1c2430">',
           f'<rect width="{total_width}" height="{total_height}" '
           f'fill="#ffffff"/>',
           '<text x="46" y="20" font-size="15">Wait of the slowest hundredth '
           'against instance-hours</text>']
    x = left
    for kind, colour in KINDS:
        label = kind.rstrip(",").replace("_", " ")
        out.append(f'<circle cx="{x + 4}" cy="38" r="4" fill="{colour}"/>'
                   f'<text x="{x + 12}" y="42">{label}</text>')
        x += 24 + 6.4 * len(label)
    out.append(f'<text x="{left}" y="60" fill="#5b6675">each point: mean of '
               f'{seeds} seeds; bars: 95 % intervals; judged on the half of '
               f'the trace that windows were not found on; to the right: '
               f'hours of always-on</text>')
    for row, ((trace, scale), by_cold) in enumerate(groups.items()):
        for column, cold in enumerate(COLD_STARTS):
            x0 = left + column * (width + gap)
            y0 = top + row * (height + gap) + 14
            most = float(cold[:-1])

            def place(share, wait):
                return (x0 + width * min(1.0, share / 1.1),
                        y0 + height * (1 - min(1.0, wait / (1.1 * most))))

            out.append(f'<text x="{x0}" y="{y0 - 6}">{trace}, scale {scale}, '
                       f'cold start {cold}</text>'
                       f'<path d="M{x0} {y0}V{y0 + height}H{x0 + width}" '
                       f'stroke="#9aa6b5" fill="none"/>')
            for share in (0, 0.25, 0.5, 0.75, 1):
                px, _ = place(share, 0)
                out.append(f'<text x="{px:.1f}" y="{y0 + height + 14}" '
                           f'text-anchor="middle" fill="#5b6675">'
                           f'{share:.0%}</text>')
            for wait in (0, most / 2, most):
                _, py = place(0, wait)
                out.append(f'<text x="{x0 - 6}" y="{py + 4:.1f}" '
                           f'text-anchor="end" fill="#5b6675">{wait:g}s</text>')
            for point in by_cold[cold]:
                colour = dict(KINDS)[kind_of(point["name"])]
                (share, ds), (wait, dw) = (point["hours_share"],
                                           point["wait_p99"])
                px, py = place(share, wait)
                ax, ay = place(share - ds, wait + dw)
                bx, by = place(share + ds, wait - dw)
                out.append(f'<path d="M{ax:.1f} {py:.1f}H{bx:.1f}M{px:.1f} '
                           f'{ay:.1f}V{by:.1f}" stroke="{colour}"/>'
                           f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" '
                           f'fill="{colour}" fill-opacity="0.75">'
                           f'<title>{point["name"]}</title></circle>')
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    cases = [(options.program, os.path.join(TRACES, trace), scale, cold,
              options.seeds)
             for trace in ("elb_request_count.csv", "twitter_volume_amzn.csv")
             for scale in SCALES for cold in COLD_STARTS]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        points = sum(pool.map(lambda case: points_of(*case), cases), [])
    with open(options.out + ".json", "w", encoding="utf-8") as file:
        json.dump({"seeds": options.seeds, "flags": FLAGS, "points": points},
                  file, indent=1)
        file.write("\n")
    with open(options.out + ".svg", "w", encoding="utf-8") as file:
        file.write(plot(points, options.seeds))


if __name__ == "__main__":
    main()
