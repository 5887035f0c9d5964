"""Visitors ask whichever controller their request reaches."""
import json
import urllib.request

import network
from objects import deployment, instance_command, service
from waiting import wait_for

INTENT = "http://127.0.0.1:{}/api/v1/targets/{}/server/intent"
NEVER = [{"name": "never", "cron": "0 0 29 2 *", "duration": "1m"}]


def reachable(shop):
    """One more operator, and the port at which visitors reach it."""
    port = network.free_port()
    shop.operator("--pod-ip", "127.0.0.1", "--public", f"127.0.0.1:{port}",
                  "--trusted-proxy", "127.0.0.1")
    return port


def announce(port, namespace):
    """What a page says while a visitor has it open, and its answer."""
    request = urllib.request.Request(
        INTENT.format(port, namespace), headers={
            "Content-Type": "application/json"},
        data=json.dumps({"visitor": "visitor-0001", "state": "open"}).encode())
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def listens(port, namespace):
    """The answer; None before there is a port, and a leader behind it."""
    try:
        return announce(port, namespace)
    except OSError:
        return None


def test_intent_said_to_a_standby_warms_an_instance(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0,
                             command=instance_command()),
                  service("server", namespace))
    shop.declare(windows=NEVER, intent={"enabled": True})
    reachable(shop)
    shop.leading()
    standby = reachable(shop)
    assert not view.pods()

    answer = wait_for(lambda: listens(standby, namespace),
                      "an answer of the standby")
    assert answer["state"] != "ready"
    # Within what she counts without a word more.
    wait_for(lambda: len(view.ready_addresses("server")) == 1,
             "a warm instance", answer["ttlSeconds"])
    assert announce(standby, namespace)["state"] == "ready"
    wait_for(lambda: shop.condition("Active").get("reason") == "Intent",
             "the status")
