"""Policies by the thousand whose windows open in the same second: when each
floor was written, and what was written beside it.

    export PREWARM_E2E_BIN=$(scripts/control_plane.sh)
    /usr/bin/python3 tests/bench/operator_crowd.py [--policies 1000] \\
        [--out build/bench/crowd.json]
"""
import argparse
import collections
import math
import sys
import time

import operator_fleet as fleet
# pylint: disable=wrong-import-order
import network
from cluster import Cluster
from kubelet import Kubelet
from operating import Clock, Shop, install
from waiting import Late, wait_for

QPS, BURST = 50, 100
# A lead that one can wait for: that of the prior for p99 is four minutes more.
LEAD = {"quantile": 0.9}
# For the finalizers and the first statuses, then rest, then the lead.
UNTIL_OPEN = 270
FLOOR = ("patch", "deployments/scale")


def kind(call):
    return call.verb, call.resource


def crowd(shop, count):
    """All is done in it; the operator's calls, and when the windows opened."""
    names = [f"server-{number:04}" for number in range(count)]
    fleet.deploy(shop, names)
    clock = Clock.minute_in(UNTIL_OPEN)
    fleet.declare(shop, names, leadTime=LEAD,
                  windows=[clock.window(30, replicas=1)])
    shop.operator("--qps", str(QPS), "--burst", str(BURST), clock=clock)
    wait_for(lambda: all(one["metadata"].get("finalizers") and one.get(
        "status") for one in fleet.policies(shop)), "every status",
        clock.opens - time.time(), every=2)
    fleet.wait_for_quiet(shop, 5, clock.opens - time.time())
    leads = [one["status"]["leadTime"]["seconds"]
             for one in fleet.policies(shop)]
    prepared = time.time()
    try:
        wait_for(lambda: time.time() > clock.opens and all(
            opening(one["status"]).get("warmAt")
            for one in fleet.policies(shop)), "every target warm",
            clock.opens + 60 - time.time(), every=2)
    except Late as late:
        # The report says how many were not.
        print(late, file=sys.stderr)
    fleet.wait_for_quiet(shop, 5)
    made = [call for call in fleet.calls(shop) if call.at > prepared]
    return sorted(made, key=lambda call: call.at), clock.opens, leads


def opening(status):
    return status.get("lastOpening") or {}


def report(made, opens, leads, statuses):
    floors = [call for call in made if kind(call) == FLOOR]
    first, last = floors[0].at, floors[-1].at
    names = collections.Counter(call.name for call in floors)
    between = [call for call in made if first <= call.at <= last]
    gates = [call for call in made if kind(call) == ("patch", "pods/status")]
    queue = math.ceil(max(0, len(names) - BURST) / QPS)
    before = [opening(one)["warmSecondsBefore"] for one in statuses
              if opening(one).get("warmAt")]
    return {
        "targets": len(names),
        "floors_written": len(floors),
        "written_twice": sum(count - 1 for count in names.values()),
        "not_200": sum(call.code != 200 for call in floors),
        "first_to_last_s": round(last - first, 2),
        "first_before_opening_s": round(opens - first, 1),
        "last_before_opening_s": round(opens - last, 1),
        "lead_s": [min(leads), max(leads)],
        "lead_without_queue_s": max(leads) - queue,
        "writes_meanwhile": fleet.tally(fleet.writes(between)),
        "calls_at_most_in_a_second": most_in_a_second(between),
        "gates_opened": len({call.name for call in gates}),
        "last_gate_before_opening_s": round(opens - gates[-1].at, 1),
        "warm": len(before),
        "warm_before_opening_s": [min(before), max(before)],
        "late": sum(seconds < 0 for seconds in before),
        "missed": sum(opening(one).get("missed", False) for one in statuses),
        "writes": fleet.tally(fleet.writes(made)),
        "refused_or_in_vain": fleet.tally(
            [call for call in fleet.writes(made) if call.code >= 400])}


def most_in_a_second(made):
    """In any second that begins with a call."""
    most, begin = 0, 0
    for end, call in enumerate(made):
        while made[begin].at <= call.at - 1:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--out")
    options = parser.parse_args()
    network.own_network()
    with Cluster() as cluster:
        install(cluster)
        shop = Shop(cluster, cluster.namespace("shop"))
        with Kubelet(cluster, shop.namespace, fake=True):
            made, opens, leads = crowd(shop, options.policies)
            found = report(made, opens, leads,
                           [one["status"] for one in fleet.policies(shop)])
            shop.close()
    fleet.tell(found, options.out)


if __name__ == "__main__":
    main()
