"""Several operators: one acts, and another takes over with nothing missed."""
import time

from objects import deployment, instance_command, service
from observer import Visitors
from operating import ALWAYS, Clock
from waiting import wait_for

# A dead leader's lease lasts 15 s, and is asked for every 2 s.
HAND_OVER = 18


def standing_by(shop, clock=None):
    """Two operators; the one that leads, and the other."""
    first = shop.operator(clock=clock)
    shop.leading()
    return first, shop.operator(clock=clock)


def rush(cluster, namespace, shop, lead, seconds, *command):
    """A window that opens in so many seconds, and asks for two pods."""
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command(*command)),
                  service("server", namespace))
    clock = Clock.minute_in(seconds)
    shop.declare(windows=[clock.window()], leadTime={
        "mode": "fixed", "fixed": f"{lead}s"})
    return clock


def patched(shop):
    return shop.calls("patch", "deployments/scale")


def test_leader_killed_a_second_before_the_warm_start_costs_no_punctuality(
        cluster, kubelet, view, namespace, shop):
    lead = HAND_OVER + 7
    clock = rush(cluster, namespace, shop, lead, lead + 8)
    leader, standby = standing_by(shop, clock)
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: time.time() > clock.opens - lead - 1,
                 "a second before the warm start")
        assert not patched(shop) and not view.pods()
        leader.kill()
        wait_for(lambda: len(visitors.now) == 2, "two endpoints", 60)
        assert visitors.first(2) < clock.opens
        assert shop.leading() is standby
    assert patched(shop) == 1
    assert not visitors.cold


def test_leader_killed_in_the_middle_of_a_warm_up_costs_no_punctuality(
        cluster, kubelet, view, namespace, shop):
    lead = HAND_OVER + 10
    clock = rush(cluster, namespace, shop, lead, lead + 6, "--warm-seconds",
                 "4")
    leader, _ = standing_by(shop, clock)
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: [one["phase"] for one in shop.status().get(
            "instances", [])] == ["warming"] * 2, "both warming")
        leader.kill()
        wait_for(lambda: len(visitors.now) == 2, "two endpoints", 60)
        assert visitors.first(2) < clock.opens
    # Nothing twice: no third pod, no second floor.
    assert patched(shop) == 1 and len(view.pods()) == 2
    assert not visitors.cold


def test_leader_that_is_stopped_hands_over_at_once(
        cluster, kubelet, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.declare(windows=ALWAYS)
    leader, standby = standing_by(shop)
    shop.expect("Warm")
    floors = patched(shop)
    leader.stop()
    assert leader.returncode() == 0
    # Far within what the lease would have lasted.
    assert shop.leading(5) is standby
    shop.change(windows=[{**ALWAYS[0], "replicas": 3}])
    wait_for(lambda: shop.replicas() == 3, "the new leader's floor")
    assert patched(shop) == floors + 1


def test_of_two_that_start_at_once_one_acts(cluster, kubelet, view, namespace,
                                            shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.declare(windows=ALWAYS)
    both = [shop.operator(), shop.operator()]
    shop.expect("Warm")
    leader = shop.leading()
    assert [one for one in both if one.running()] == both
    # What only a leader says.
    other = both[1 - both.index(leader)]
    with open(other.log, encoding="utf-8") as log:
        told = log.read()
    assert "event=scaled" not in told and "event=leading" not in told
    assert patched(shop) == 1 and len(view.pods()) == 2


def test_leader_that_was_frozen_for_too_long_ends_and_changes_nothing(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.declare(windows=ALWAYS)
    leader, standby = standing_by(shop)
    shop.expect("Warm")
    leader.freeze()
    wait_for(lambda: shop.leading() is standby, "the other one to lead", 30)
    shop.change(windows=[{**ALWAYS[0], "replicas": 3}])
    wait_for(lambda: shop.replicas() == 3, "the new leader's floor")
    floors = wait_for(lambda: patched(shop) == 2 and 2, "its audit")
    leader.thaw()
    wait_for(lambda: not leader.running(), "its end", 30)
    assert leader.returncode() == 1
    assert patched(shop) == floors and shop.replicas() == 3
