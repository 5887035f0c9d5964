"""What breaks around the operator, and what must not break with it."""
import json
import os
import time

from api import Api, ApiError
from objects import deployment, instance_command, service
from observer import Visitors
from operating import ALWAYS, Autoscaler, Clock
from throttle import Throttle
from waiting import wait_for


def revive(shop):
    """As a Deployment does with its containers. True."""
    for operator in shop.operators:
        if not operator.running():
            operator.start()
    return True


def test_api_server_that_is_away_over_the_warm_start_costs_no_punctuality(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0),
                  service("server", namespace))
    # Away from 10 s before the warm start to 20 s after it.
    clock = Clock.minute_in(12 + 60)
    shop.declare(windows=[clock.window()], leadTime={
        "mode": "fixed", "fixed": "60s"})
    shop.operator(clock=clock)
    shop.leading()
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: time.time() > clock.opens - 70, "the moment")
        cluster.stop_api_server()
        wait_for(lambda: revive(shop) and time.time() > clock.opens - 40,
                 "30 s without an API server")
        cluster.start_api_server()
        wait_for(lambda: revive(shop) and len(visitors.now) == 2,
                 "two endpoints", 90)
        assert visitors.first(2) < clock.opens
    assert shop.calls("patch", "deployments/scale") == 1
    assert not visitors.cold


def test_history_that_is_gone_is_read_anew_and_costs_no_visitor_anything(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(deployment("server", namespace, replicas=0),
                  service("server", namespace))
    shop.declare(windows=ALWAYS)
    shop.operator()
    with Visitors(cluster, namespace) as visitors:
        wait_for(lambda: len(visitors.now) == 2, "two endpoints")
        shop.expect("Warm")
        changes = len(visitors.seen)
        lists = shop.calls("list", "pods")
        cluster.compact()
        shop.change(windows=[{**ALWAYS[0], "replicas": 3}])
        # The server may have been away for longer than a lease lasts.
        wait_for(lambda: revive(shop) and len(visitors.now) == 3,
                 "three endpoints")
        assert not [addresses for _, addresses in visitors.seen[changes:]
                    if len(addresses) < 2]
    shop.expect("Warm")
    # A list, since the watch had nothing to go on from.
    assert shop.calls("list", "pods") > lists


def test_server_that_asks_to_wait_is_obeyed(cluster, kubelet, view, namespace,
                                            shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    with Throttle(cluster) as throttle:
        shop.operator(kubeconfig=throttle.kubeconfig(
            f"{namespace}-throttled.kubeconfig", shop.account.kubeconfig))
        shop.leading()
        throttle.refuse(3, "PATCH", "/deployments/server/scale")
        began = time.time()
        shop.declare(windows=ALWAYS)
        shop.expect("Warm")
        assert len(throttle.refused) == 3
        # A second for each.
        assert time.time() > began + 3
        assert shop.calls("patch", "deployments/scale") == 1
        # Before the end of the proxy: the lease is given back through it.
        shop.operators[0].stop()


def test_pods_that_never_get_warm_are_told_of_and_others_go_on(
        cluster, kubelet, view, namespace, shop):
    cluster.apply(
        deployment("server", namespace, replicas=0),
        service("server", namespace),
        deployment("broken", namespace, replicas=0,
                   command=instance_command("--proves-nothing")),
        service("broken", namespace))
    with Visitors(cluster, namespace, "broken") as visitors:
        shop.declare("bad", windows=[{**ALWAYS[0], "replicas": 1}],
                     targetRef={"kind": "Deployment", "name": "broken"},
                     warmup={"jitter": "0s", "retries": 0})
        shop.declare("good", windows=ALWAYS)
        shop.operator()
        shop.expect("Warm", name="good")
        assert "canary" in shop.expect("Degraded", name="bad")
        # It is replaced, in the hope of a better one.
        wait_for(lambda: shop.calls("delete", "pods"), "a deleted pod")
        wait_for(lambda: len(view.pods("broken")) == 1, "the next one")
        assert shop.condition("Warm", "bad")["status"] == "False"
    # Nobody ever came to them.
    assert [addresses for _, addresses in visitors.seen] == [frozenset()]


def bound_token(cluster, shop, name):
    """One that ends with the Secret of that name."""
    core = f"/api/v1/namespaces/{shop.namespace}"
    secret = cluster.admin.post(f"{core}/secrets", {"metadata": {
        "name": name}})
    return cluster.admin.post(f"{core}/serviceaccounts/operator/token", {
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {"expirationSeconds": 7200, "boundObjectRef": {
            "apiVersion": "v1", "kind": "Secret", "name": name,
            "uid": secret["metadata"]["uid"]}}})["status"]["token"]


def is_known(cluster, shop, token):
    try:
        Api(cluster.port, cluster.pki.ca, token).get(shop.path())
        return True
    except ApiError as error:
        return error.status != 401


def test_token_that_is_rotated_is_read_again(cluster, kubelet, namespace,
                                             shop):
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.declare(windows=ALWAYS)
    first = bound_token(cluster, shop, "first")
    path = cluster.write(f"{namespace}.token", first)
    with open(shop.account.kubeconfig, encoding="utf-8") as file:
        config = json.load(file)
    config["users"][0]["user"] = {"tokenFile": path}
    operator = shop.operator(kubeconfig=cluster.write(
        f"{namespace}-rotated.kubeconfig", json.dumps(config)))
    shop.expect("Warm")
    # As a kubelet does it: another file in its place.
    os.rename(cluster.write("next.token", bound_token(cluster, shop, "next")),
              path)
    cluster.admin.delete(f"/api/v1/namespaces/{namespace}/secrets/first")
    wait_for(lambda: not is_known(cluster, shop, first), "the token's end", 60)
    shop.change(windows=[{**ALWAYS[0], "replicas": 3}])
    wait_for(lambda: shop.replicas() == 3, "three replicas")
    assert operator.running()


def test_floor_of_a_target_that_comes_later_is_written_then(
        cluster, kubelet, namespace, shop):
    shop.declare(windows=ALWAYS)
    shop.operator()
    assert "no Deployment server" in shop.expect("Degraded")
    cluster.apply(deployment("server", namespace, replicas=0))
    shop.expect("Warm")
    shop.expect("Degraded", "False")
    # An autoscaler that comes later still takes the floor over.
    Autoscaler(shop).make(1, 5).expect(2)
