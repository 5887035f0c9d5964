"""What the operator says, remembers and gives back, on a real API server."""
import json
import re
import urllib.request

from objects import GATE, condition, deployment, instance_command
from operating import ALWAYS, BINARY, Autoscaler
import promtool
from waiting import wait_for


def scaled(cluster, shop, most):
    """A Deployment of one replica, and its HorizontalPodAutoscaler."""
    cluster.apply(deployment("server", shop.namespace, replicas=1,
                             command=instance_command()))
    return Autoscaler(shop).make(least=1, most=most)


def events(shop, policy="one"):
    """{reason: how often} of what was told about a policy."""
    found = {}
    for one in shop.cluster.admin.list(
            f"/api/v1/namespaces/{shop.namespace}/events")[0]:
        about = one["involvedObject"]
        if about["kind"] == "PrewarmPolicy" and about["name"] == policy:
            found[one["reason"]] = found.get(one["reason"], 0) + one["count"]
    return found


def test_events_tell_each_fact_once_also_over_a_restart(cluster, shop):
    scaler = scaled(cluster, shop, most=1)
    operator = shop.operator()
    shop.declare(windows=ALWAYS)
    wait_for(lambda: {"WindowOpened", "FloorCapped"} <= set(events(shop)),
             "the events", 60)
    before = events(shop)
    operator.stop()
    operator.start()
    # A higher bound makes for a new fact: what is old would come before it.
    scaler.write(maxReplicas=5)
    wait_for(lambda: "FloorRaised" in events(shop), "a raised floor", 60)
    after = events(shop)
    assert {key: after[key] for key in before} == before


def test_event_of_what_happens_again_is_counted(cluster, shop):
    scaler = scaled(cluster, shop, most=5)
    shop.operator()
    shop.declare(windows=ALWAYS)
    scaler.expect(2)
    for replicas in (3, 2, 3):
        shop.change(windows=[{**ALWAYS[0], "replicas": replicas}])
        scaler.expect(replicas)

    def raised():
        return [one["count"] for one in cluster.admin.list(
            f"/api/v1/namespaces/{shop.namespace}/events")[0]
            if one["message"].endswith(": 2 -> 3")]
    wait_for(lambda: raised() == [2], "one event, counted twice", 30)


def test_pod_that_never_gets_warm_is_replaced_and_that_is_told(
        cluster, kubelet, view, shop):
    cluster.apply(deployment("server", shop.namespace, replicas=0,
                             command=instance_command("--proves-nothing")))
    shop.operator()
    shop.declare(windows=[{**ALWAYS[0], "replicas": 1}],
                 warmup={"jitter": "0s", "retries": 0})
    first = wait_for(view.pods, "a pod", 60)[0]["metadata"]
    wait_for(lambda: first["uid"] not in {
        pod["metadata"]["uid"] for pod in view.pods()}, "another pod", 60)
    wait_for(lambda: {"WarmupFailed", "Replaced"} <= set(events(shop)),
             "the events", 30)


def test_standby_that_takes_over_tells_nothing_again(cluster, shop):
    first = shop.operator()
    wait_for(lambda: shop.lease().get("holderIdentity"), "a leader", 60)
    shop.operator()
    # It knows the policy from its first day on.
    scaler = scaled(cluster, shop, most=1)
    shop.declare(windows=ALWAYS)
    wait_for(lambda: {"WindowOpened", "FloorCapped"} <= set(events(shop)),
             "the events", 60)
    shop.expect("FloorCapped")
    before = events(shop)
    first.kill()
    scaler.write(maxReplicas=5)
    wait_for(lambda: "FloorRaised" in events(shop), "the next leader", 60)
    after = events(shop)
    assert {key: after[key] for key in before} == before


def asked(operator, path):
    """What its inner listener answers, since its last start."""
    def port():
        with open(operator.log, encoding="utf-8") as log:
            found = re.findall(r"listener=inner port=(\d+)", log.read())
        return found and found[-1]
    where = f"http://127.0.0.1:{wait_for(port, 'its listener')}{path}"
    with urllib.request.urlopen(where, timeout=10) as answer:
        return answer.read().decode()


def metrics(operator):
    return asked(operator, "/metrics")


def timeline(operator, shop):
    """None, as long as nothing was planned."""
    path = f"/api/v1/policies/{shop.namespace}/one/timeline"
    try:
        return json.loads(asked(operator, path))
    except OSError:
        return None


def test_next_leader_knows_what_was_learned_and_spent(cluster, kubelet, shop):
    cluster.apply(deployment("server", shop.namespace, replicas=0,
                             command=instance_command()))
    operator = shop.operator()
    shop.declare(windows=ALWAYS)

    def samples():
        return shop.status().get("leadTime", {}).get("samples", 0)
    wait_for(lambda: samples() == 1, "a measured start", 120)
    before = timeline(operator, shop)
    assert before["warmups"]
    operator.stop()
    kept = cluster.admin.get(f"/api/v1/namespaces/{shop.namespace}/configmaps/"
                             "prewarm-controller-state")
    history = json.loads(kept["data"]["history.json"])
    assert history["targets"][f"{shop.namespace}/Deployment/server"][
        "makespans"]
    assert history["policies"][f"{shop.namespace}/one"]["instanceHours"] > 0
    assert history["record"]["targets"]
    operator.start()
    # A change that makes it write the status anew.
    shop.change(replicas={"max": 5})
    wait_for(lambda: shop.status().get("observedGeneration") == 2,
             "the status of a new leader", 60)
    assert samples() == 1
    assert shop.status()["instanceHours"]["day"]
    after = wait_for(lambda: timeline(operator, shop), "a record", 60)
    assert after["recordedSince"] == before["recordedSince"]
    assert after["warmups"][0] == before["warmups"][0]
    assert after["counts"][0] == before["counts"][0]


def test_metrics_are_as_promtool_wants_them_and_count_calls(shop):
    operator = shop.operator()
    wait_for(lambda: "\nprewarm_leader 1\n" in metrics(operator), "a leader",
             60)
    shop.declare(windows=ALWAYS)
    patched = re.compile(r'prewarm_api_requests_total\{code="200",resource='
                         r'"prewarmpolicies/status",verb="patch"\} \d')
    wait_for(lambda: patched.search(metrics(operator)), "a counted call", 60)
    seen = metrics(operator)
    assert 'prewarm_workqueue_depth{queue="floors"} 0' in seen
    assert "prewarm_reconcile_seconds_count" in seen
    assert not promtool.complaints(seen.encode())


def release(shop, name, *arguments):
    """The exit status of a release, and what it said."""
    made = shop.cluster.program(f"{name}-{shop.namespace}", [
        BINARY, "release", "--kubeconfig", shop.account.kubeconfig,
        "--lease-namespace", shop.namespace, *arguments])
    made.start()
    code = wait_for(lambda: None if made.running() else (made.returncode(),),
                    "the end of the release", 60)[0]
    with open(made.log, encoding="utf-8") as log:
        return code, " ".join(log.read().split())


def finalizers(shop):
    return shop.cluster.admin.get(shop.path())["metadata"].get("finalizers")


def test_release_gives_all_back_and_nobody_leads_afterwards(
        cluster, kubelet, view, shop):
    scaler = scaled(cluster, shop, most=5)
    operator = shop.operator()
    shop.declare(windows=ALWAYS)
    wait_for(lambda: scaler.minimum == 2 and finalizers(shop),
             "a raised minimum and a finalizer", 60)
    wait_for(lambda: [pod for pod in view.pods()
                      if condition(pod, GATE) == "True"], "a warm pod", 60)
    pods = {pod["metadata"]["uid"] for pod in view.pods()}
    everything = ("--all", "--namespace", shop.namespace)
    code, told = release(shop, "release", *everything)
    assert code == 0, told
    assert "minReplicas 2 -> 1" in told and "left: 0" in told
    assert scaler.minimum == 1 and scaler.mark is None
    assert not finalizers(shop)
    assert pods <= {pod["metadata"]["uid"] for pod in view.pods()}
    # A release may run in the container of who led: that goes on, and waits.
    assert operator.running()
    assert shop.lease()["holderIdentity"].startswith("release_")
    code, told = release(shop, "again", *everything)
    assert code == 0 and "given back: 0, left: 0" in told


def test_release_of_one_policy_is_refused_while_somebody_leads(cluster, shop):
    scaler = scaled(cluster, shop, most=5)
    operator = shop.operator()
    shop.declare(windows=ALWAYS)
    wait_for(lambda: scaler.minimum == 2, "a raised minimum", 60)
    what = ("--policy", f"{shop.namespace}/one")
    code, told = release(shop, "early", *what)
    assert code == 1 and "delete the policy instead" in told
    operator.kill()
    code, told = release(shop, "late", *what)
    assert code == 0, told
    assert scaler.minimum == 1 and not finalizers(shop)


def test_gated_pods_of_nobody_are_served_and_those_of_the_host_are_not(
        cluster, kubelet, view, shop):
    template = deployment("loose", shop.namespace)["spec"]["template"]

    def labelled(name):
        return {**template["metadata"], "labels": {"app": name}}
    core = f"/api/v1/namespaces/{shop.namespace}"
    for name, spec in (("bare", {}), ("host", {"hostNetwork": True})):
        cluster.admin.post(core + "/pods", {
            "metadata": {**labelled(name), "name": name},
            "spec": {**template["spec"], **spec}})
    cluster.admin.post(f"/apis/batch/v1/namespaces/{shop.namespace}/jobs", {
        "metadata": {"name": "job"}, "spec": {"template": {
            "metadata": labelled("job"),
            "spec": {**template["spec"], "restartPolicy": "Never"}}}})
    cluster.admin.post(
        f"/apis/apps/v1/namespaces/{shop.namespace}/replicasets", {
            "metadata": {"name": "set"}, "spec": {
                "replicas": 1, "selector": {"matchLabels": {"app": "set"}},
                "template": {"metadata": labelled("set"),
                             "spec": template["spec"]}}})
    shop.operator()

    def gates():
        return {pod["metadata"]["name"].split("-")[0]: condition(pod, GATE)
                for pod in view.pods()}
    wait_for(lambda: gates() == {"bare": "True", "job": "True", "set": "True",
                                 "host": None}, "three open gates", 120)
