"""Windows of pods whose starts take lognormal times: whether all N were in the
endpoints when they opened, and how long they had waited there.

    export PREWARM_E2E_BIN=$(scripts/control_plane.sh)
    /usr/bin/python3 tests/bench/operator_punctuality.py [--learn 3] \\
        [--count 5] [--out build/bench/punctuality.json]

Four operators, each with a clock of its own, so that openings are half a minute
apart; of each ten targets with a window of a minute in every two. The first
--learn windows of a target only teach it how long its starts take.
"""
import argparse
import collections
import random
import statistics
import threading
import time

import operator_fleet as fleet
# pylint: disable=wrong-import-order
import network
from api import ApiError
from behaviour import Behaviour
from cluster import Cluster
from kubelet import Kubelet
from objects import service
from operating import Clock, Shop, install
from program import log_end
from waiting import wait_for

PERIOD, OPEN, SHOPS = 120, 60, 4
SIZES = (1, 3, 8, 1, 3, 8, 1, 3, 8, 1)
MEDIAN, SIGMA, WARM_SECONDS, SEED = 6, 0.5, 1, 1
# They must have gone before the next ones are started.
LEAD = {"min": "1s", "max": "50s"}
UNTIL_OPEN = 100

Window = collections.namedtuple("Window", "size floor full early")


def drawn(seed):
    """Starts of each target in a sequence that is its own."""
    dice, lock = {}, threading.Lock()

    def of(pod):
        about = pod["metadata"]
        app = f"{about['namespace']}/{about['labels'].get('app')}"
        with lock:
            mine = dice.setdefault(app, random.Random(f"{seed}/{app}"))
            delay = MEDIAN * mine.lognormvariate(0, SIGMA)
        return Behaviour(start_delay=delay, warm_seconds=WARM_SECONDS)
    return of


class Endpoints:
    """How many addresses each Service had, from its beginning on."""

    def __init__(self, api):
        self._api = api
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.seen = collections.defaultdict(lambda: [(0.0, 0)])

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()

    def _run(self):
        path = "/api/v1/endpoints"
        while not self._stopped.is_set():
            try:
                items, version = self._api.list(path)
                for item in items:
                    self._note(item)
                for kind, item in self._api.watch(path, version):
                    if kind != "BOOKMARK":
                        self._note(item)
            except (ApiError, ConnectionError):
                self._stopped.wait(0.2)

    def _note(self, item):
        about = item["metadata"]
        count = sum(len(subset.get("addresses") or [])
                    for subset in item.get("subsets") or [])
        seen = self.seen[about["namespace"], about["name"]]
        if seen[-1][1] != count:
            seen.append((time.time(), count))


def window_of(seen, floors, size, opens):
    """Of the one that opened then; None: its pods were still those of the one
    before."""
    begin = opens - PERIOD + OPEN
    changes = [(at, count) for at, count in seen if begin < at <= opens]
    while changes and changes[0][1] > 0:
        changes.pop(0)
    floors = [at for at in floors if begin < at <= opens]
    if not changes or not floors:
        return None
    full = next((at for at, count in seen
                 if at > changes[0][0] and count == size), None)
    early, before, there = 0.0, changes[0][0], 0
    for at, count in [*changes, (opens, 0)]:
        early += there * (at - before)
        before, there = at, count
    return Window(size, floors[-1], full, early)


def report(windows, opens, bridged):
    """windows: of those that count, each with when it opened."""
    late = [round(window.full - at, 1) if window.full else None
            for window, at in zip(windows, opens)
            if not window.full or window.full > at]
    pods = sum(window.size for window in windows)
    sizes = {}
    for size in sorted(set(SIZES)):
        mine = [(window, at) for window, at in zip(windows, opens)
                if window.size == size]
        before = [at - window.full for window, at in mine if window.full]
        sizes[size] = {
            "windows": len(mine),
            "in_time": sum(lead >= 0 for lead in before),
            "full_before_opening_s": quantiles(before),
            "floor_before_opening_s": quantiles(
                [at - window.floor for window, at in mine]),
            "early_s_each_instance": quantiles(
                [window.early / size for window, _ in mine])}
    return {
        "windows": len(windows), "still_there_from_before": bridged,
        "in_time": len(windows) - len(late),
        "in_time_percent": round(100 * (1 - len(late) / len(windows)), 1),
        "late_s": late, "pods_started": pods,
        "instance_seconds_early": round(sum(
            window.early for window in windows)),
        "instance_seconds_asked_for": pods * OPEN,
        "most_seconds_early": round(max(
            window.early / window.size for window in windows), 1),
        "by_size": sizes}


def quantiles(values):
    """Least, median and most."""
    return [round(one, 1) for one in (
        min(values), statistics.median(values), max(values))]


def measure(cluster, shops, clocks, rounds):
    names = [f"server-{number}" for number in range(len(SIZES))]
    for shop, clock in zip(shops, clocks):
        fleet.deploy(shop, names)
        for name, size in zip(names, SIZES):
            cluster.admin.post(f"/api/v1/namespaces/{shop.namespace}/services",
                               service(name, shop.namespace))
            fleet.declare(shop, [name], leadTime=LEAD, warmup=None, windows=[{
                "name": "rush", "cron": "*/2 * * * *",
                "duration": f"{OPEN // 60}m", "replicas": size}])
        shop.operator("--qps", "50", "--burst", "100", clock=clock)
    with Endpoints(cluster.admin) as endpoints:
        last = max(clock.opens for clock in clocks) + PERIOD * (rounds - 1)
        wait_for(lambda: time.time() > last + 30, "all openings",
                 last + 60 - time.time(), every=1)
    floors = collections.defaultdict(list)
    for shop in shops:
        for call in fleet.calls(shop):
            if (call.verb, call.resource) == ("patch", "deployments/scale"):
                floors[shop.namespace, call.name].append(call.at)
    for shop, clock in zip(shops, clocks):
        for name, size in zip(names, SIZES):
            key = shop.namespace, name
            for number in range(rounds):
                at = clock.opens + number * PERIOD
                yield number, at, window_of(
                    endpoints.seen[key], floors[key], size, at)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--learn", type=int, default=3)
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--out")
    options = parser.parse_args()
    network.own_network()
    with Cluster() as cluster:
        install(cluster)
        shops = [Shop(cluster, cluster.namespace(f"shop-{number}"))
                 for number in range(SHOPS)]
        begin = time.time() + UNTIL_OPEN
        # An even minute of each one's clock.
        clocks = [Clock(-opens % PERIOD, opens) for opens in (
            begin + number * PERIOD / SHOPS for number in range(SHOPS))]
        with Kubelet(cluster, fake=True, behaviour=drawn(SEED)):
            all_of_them = list(measure(cluster, shops, clocks,
                                       options.learn + options.count))
            ended = [log_end(one.log) for shop in shops
                     for one in shop.operators if not one.running()]
            for shop in shops:
                shop.close()
    # Starved of CPU one may lose its lease; nobody starts it again here.
    if ended:
        raise SystemExit("ended before its time:\n" + "\n".join(ended))
    counted = [(at, window) for number, at, window in all_of_them
               if number >= options.learn]
    real = [(at, window) for at, window in counted if window]
    fleet.tell({"start_median_s": MEDIAN, "start_sigma": SIGMA,
                "learned_from": options.learn,
                **report([window for _, window in real],
                         [at for at, _ in real],
                         len(counted) - len(real))}, options.out)


if __name__ == "__main__":
    main()
