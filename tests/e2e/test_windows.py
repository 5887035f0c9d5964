"""Windows: instances are there before them, and go after their work."""
import json
import threading
import time
import urllib.request

from objects import (GATE, condition, container_status, deployment,
                     instance_command, service)
from observer import Visitors
from operating import Clock
from waiting import wait_for

LEAD = {"mode": "fixed", "fixed": "10s"}
COST = "controller.kubernetes.io/pod-deletion-cost"


def rush_soon(shop, seconds=14, minutes=1, **spec):
    """A policy whose window opens in so many seconds, and an operator with the
    clock for it."""
    clock = Clock.minute_in(seconds)
    shop.declare(windows=[clock.window(minutes)], leadTime=LEAD, **spec)
    shop.operator(clock=clock)
    return clock


def work(address, seconds, answers):
    """A visitor's request; its answer, or what went wrong, goes to answers."""
    try:
        with urllib.request.urlopen(f"http://{address}:8080/work?{seconds}",
                                    timeout=60) as response:
            answers.append(json.load(response)["instance_id"])
    except OSError as error:
        answers.append(error)


def test_window_is_warm_when_it_opens_and_never_serves_a_cold_pod(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command("--warm-seconds", "1")),
                  service("server", namespace))
    with Visitors(cluster, namespace) as visitors:
        clock = rush_soon(shop)
        wait_for(lambda: len(visitors.now) == 2, "two endpoints", 60)
        wait_for(lambda: shop.condition("Warm").get("status") == "True",
                 "the status")
        # Early, and not by more than its lead.
        assert clock.opens - 10 < visitors.first(2) < clock.opens
        for pod in view.pods():
            told = [one for one in pod["status"]["conditions"]
                    if one["type"] == GATE][0]
            assert told["status"] == "True"
            assert told["message"].startswith(
                container_status(pod)["containerID"])
        opening = wait_for(lambda: shop.status().get("lastOpening", {}).get(
            "warmSecondsBefore") is not None and shop.status(), "the verdict")
        assert opening["lastOpening"]["warmSecondsBefore"] > 0
        assert not opening["lastOpening"]["missed"]
        wait_for(lambda: shop.replicas() == 0, "the end of the window", 90)
        assert time.time() > clock.opens + 59
        wait_for(lambda: not visitors.now, "no endpoint")
    assert not visitors.cold


def test_closed_window_lets_the_work_in_flight_end(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0,
                             terminationGracePeriodSeconds=30),
                  service("server", namespace))
    until = shop.override(replicas=3, seconds=12)
    shop.operator()
    ready = wait_for(lambda: len(view.ready_addresses("server")) == 3 and
                     view.ready_addresses("server"), "three endpoints", 30)
    answers = []
    address = sorted(ready)[0]
    visitor = threading.Thread(target=work, args=(address, 15, answers))
    visitor.start()
    wait_for(lambda: shop.replicas() == 1, "the idle ones to be let go of",
             until + 20 - time.time())
    pods = view.pods()
    busy = [pod for pod in pods if pod["status"]["podIP"] == address][0]
    costs = {pod["metadata"]["annotations"].get(COST) for pod in pods
             if pod is not busy}
    assert busy["metadata"]["annotations"][COST] == "1000"
    assert costs <= {None}
    # ReplicaSets look at it since 1.22; before, it may be the busy one that
    # goes, and ends its work first.
    if cluster.version >= (1, 22):
        assert "deletionTimestamp" not in busy["metadata"]
        assert shop.status()["cause"] == "in_flight"
    assert not answers
    visitor.join()
    assert isinstance(answers[0], str), answers
    wait_for(lambda: shop.replicas() == 0, "no replicas after the work", 30)


def test_policy_edited_in_its_window_is_followed_at_once(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0),
                  service("server", namespace))
    whole_day = {"name": "day", "from": "00:00", "to": "24:00"}
    shop.declare(windows=[{**whole_day, "replicas": 1}])
    shop.operator()
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: len(visitors.now) == 1, "one endpoint")
        first = set(visitors.now)
        shop.change(windows=[{**whole_day, "replicas": 3}])
        wait_for(lambda: len(visitors.now) == 3, "three endpoints")
        assert first < visitors.now
        # What is wrong changes nothing, and says why.
        shop.change(windows=[{"name": "never", "cron": "0 0 30 2 *",
                              "duration": "1m"}])
        told = shop.expect("Accepted", "False")
        assert "spec.windows[0]" in told
        assert len(visitors.now) == 3 and shop.replicas() == 3
        shop.change(windows=[{**whole_day, "replicas": 2}])
        shop.expect("Accepted", "True")
        wait_for(lambda: shop.replicas() == 2, "two replicas")
    assert not visitors.cold


def test_higher_of_two_policies_wins_and_the_lower_one_remains(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    whole_day = {"name": "day", "from": "00:00", "to": "24:00"}
    shop.declare("low", windows=[{**whole_day, "replicas": 1}])
    shop.declare("high", windows=[{**whole_day, "replicas": 3}])
    shop.operator()
    wait_for(lambda: shop.replicas() == 3, "the higher floor")
    for name in ("low", "high"):
        shop.expect("Warm", name=name)
    shop.remove("high")
    wait_for(lambda: shop.replicas() == 1, "the lower floor")
    assert shop.condition("Active", "low")["status"] == "True"


def test_restarted_operator_finds_its_floor_and_lets_go_of_it(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    until = shop.override(replicas=2, seconds=15)
    operator = shop.operator()
    wait_for(lambda: [condition(pod, "Ready") for pod in view.pods()] ==
             ["True"] * 2, "two warm pods")
    wait_for(lambda: shop.status().get("scale"), "the mark in the status")
    operator.kill()
    # What is warm stays warm without it.
    wait_for(lambda: time.time() > until, "the end of the override")
    assert [condition(pod, "Ready") for pod in view.pods()] == ["True"] * 2
    shop.operator()
    wait_for(lambda: shop.replicas() == 0, "no replicas", 30)
