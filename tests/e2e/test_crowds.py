"""Many policies whose windows open at the same moment."""
from concurrent.futures import ThreadPoolExecutor

from kubelet import Kubelet
from objects import GATE, condition, deployment
from operating import POLICIES, Clock
from waiting import wait_for

COUNT, PODS = 200, 5


def test_hundreds_of_windows_at_once_are_warm_when_they_open(
        cluster, view, namespace, shop):
    clock = Clock.minute_in(900)
    deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"

    def make(number):
        name = f"server-{number}"
        cluster.admin.post(deployments, deployment(name, namespace,
                                                   replicas=0))
        shop.declare(f"policy-{number}", targetRef={
            "kind": "Deployment", "name": name},
            windows=[clock.window(replicas=PODS)],
            leadTime={"mode": "fixed", "fixed": "885s"})
    with Kubelet(cluster, namespace, fake=True):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(make, range(COUNT)))
        shop.operator(clock=clock)
        wait_for(lambda: sum(
            condition(pod, "Ready") == "True" and
            condition(pod, GATE) == "True" for pod in view.pods()) ==
            COUNT * PODS, "a thousand warm pods", 600, every=1)
        # Each of them says so.
        wait_for(lambda: [one for one in cluster.admin.list(
            POLICIES.format(namespace))[0]
            if one.get("status", {}).get("warm") != PODS] == [],
                 "the statuses", 60, every=1)
        # Each floor once.
        assert shop.calls("patch", "deployments/scale") == COUNT
