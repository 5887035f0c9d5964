"""Ten thousand pods and a thousand policies at rest: what the operator takes
of memory and CPU then, and what it writes (nothing). --each: so many of the
pods are warm instances of each policy's target, looked at now and then; the
rest are of nobody who cares.

    export PREWARM_E2E_BIN=$(scripts/control_plane.sh)
    /usr/bin/python3 tests/bench/operator_rest.py [--policies 1000] \\
        [--pods 10000] [--each 0] [--seconds 60] [--out build/bench/rest.json]
"""
import argparse
import contextlib
import os
import time

import operator_fleet as fleet
# pylint: disable=wrong-import-order
import network
from cluster import Cluster
from kubelet import Kubelet
from operating import Clock, Shop, install
from waiting import wait_for

TICKS = os.sysconf("SC_CLK_TCK")


def pods(shop, count):
    """Running pods of nobody, as other teams have them: without the gate, and
    of the size that real ones have."""
    variables = [{"name": f"SETTING_{number}", "value": "x" * 80}
                 for number in range(40)]
    path = f"/api/v1/namespaces/{shop.namespace}/pods"

    def make(number):
        name = f"other-{number:05}"
        shop.cluster.admin.post(path, {
            "metadata": {"name": name, "labels": {"app": "other"}},
            "spec": {"nodeName": "node-0", "containers": [{
                "name": "server", "image": "test/other", "env": variables,
                "ports": [{"name": "http", "containerPort": 8080}]}]}})
        address = f"10.244.{16 + number // 250}.{1 + number % 250}"
        shop.cluster.admin.patch(f"{path}/{name}/status", {"status": {
            "phase": "Running", "podIP": address,
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [{
                "name": "server", "image": "test/other", "imageID": "",
                "containerID": f"test://{name}", "ready": True,
                "restartCount": 0, "state": {"running": {}}}]}}, "merge")
    fleet.all_of(make, range(count))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid, what):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(what + ":"):
                return round(int(line.split()[1]) / 1024, 1)
    raise KeyError(what)


def at_rest(shop, operator, seconds):
    begin, used = time.time(), cpu_seconds(operator.pid)
    time.sleep(seconds)
    used, took = cpu_seconds(operator.pid) - used, time.time() - begin
    made = [call for call in fleet.calls(shop) if call.at >= begin]
    return {"seconds": round(took, 1),
            "cpu_percent": round(100 * used / took, 2),
            "rss_mb": memory_mb(operator.pid, "VmRSS"),
            "rss_most_mb": memory_mb(operator.pid, "VmHWM"),
            "writes": fleet.tally(fleet.writes(made)),
            "other_calls": fleet.tally(
                [call for call in made if call not in fleet.writes(made)])}


def rest(cluster, options):
    shop = Shop(cluster, cluster.namespace("shop"))
    warm = options.policies * options.each
    names = [f"server-{number:04}" for number in range(options.policies)]
    with contextlib.ExitStack() as stack:
        # Without a node of theirs the pods would be collected as garbage.
        stack.enter_context(Kubelet(
            cluster, shop.namespace if warm else "default", fake=True))
        pods(shop, options.pods - warm)
        fleet.deploy(shop, names, options.each)
        # In some hours: so that rest is rest.
        fleet.declare(shop, names, windows=[Clock(
            6 * 3600, time.time()).window(60, replicas=3)])
        # To get there sooner; at rest there is nothing to be slowed down.
        operator = shop.operator("--qps", "400", "--burst", "400")
        wait_for(lambda: all(one.get("status") for one in
                             fleet.policies(shop)), "every status", 300,
                 every=2)
        wait_for(lambda: sum(one["status"].get("warm", 0) for one in
                             fleet.policies(shop)) == warm,
                 f"{warm} warm instances", 900, every=2)
        fleet.wait_for_quiet(shop, 10)
        found = at_rest(shop, operator, options.seconds)
        there = len(cluster.admin.list("/api/v1/pods")[0])
        if there < options.pods:
            raise SystemExit(f"{there} pods are left of {options.pods}")
        shop.close()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--pods", type=int, default=10000)
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--out")
    options = parser.parse_args()
    network.own_network()
    with Cluster() as cluster:
        install(cluster)
        found = rest(cluster, options)
    fleet.tell({"policies": options.policies, "pods": options.pods,
                "warm_of_each": options.each, **found},
               options.out)


if __name__ == "__main__":
    main()
