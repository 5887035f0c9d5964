"""What the operator says, remembers and gives back, on a real API server."""
# Fixtures are found by their names here.
from test_operator import (ALWAYS, POLICIES, crd, declare, operator,  # noqa: F401, E501 pylint: disable=unused-import
                           rights)
from objects import deployment
from waiting import wait_for

SCALERS = "/apis/autoscaling/v1/namespaces/{}/horizontalpodautoscalers"


def make_scaler(cluster, namespace, most):
    cluster.apply(deployment("server", namespace, replicas=1))
    cluster.admin.post(SCALERS.format(namespace), {
        "metadata": {"name": "server"}, "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment",
                               "name": "server"},
            "minReplicas": 1, "maxReplicas": most}})


def scaler(cluster, namespace):
    return cluster.admin.get(SCALERS.format(namespace) + "/server")


def events(cluster, namespace, policy):
    """{reason: how often} of what was told about a policy."""
    found = {}
    for one in cluster.admin.list(f"/api/v1/namespaces/{namespace}/events")[0]:
        about = one["involvedObject"]
        if about["kind"] == "PrewarmPolicy" and about["name"] == policy:
            found[one["reason"]] = found.get(one["reason"], 0) + one["count"]
    return found


def test_events_tell_each_fact_once_also_over_a_restart(
        cluster, namespace, operator, rights):  # noqa: F811
    make_scaler(cluster, namespace, most=1)
    name = declare(cluster, namespace, windows=ALWAYS)["metadata"]["name"]
    facts = {"WindowOpened", "FloorCapped"}
    wait_for(lambda: facts <= set(events(cluster, namespace, name)),
             "the events", 60)
    before = events(cluster, namespace, name)
    operator.stop()
    operator.start()
    # Raising the bound is a new fact: all that is old would come before it.
    where = SCALERS.format(namespace) + "/server"
    cluster.admin.patch(where, {"spec": {"maxReplicas": 5}}, "merge")
    wait_for(lambda: "FloorRaised" in events(cluster, namespace, name),
             "a raised floor", 60)
    after = events(cluster, namespace, name)
    assert {key: after[key] for key in before} == before
    assert not cluster.audit.refused(rights.user)
