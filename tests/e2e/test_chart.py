"""The chart on a real API server, with its pods as processes of the programs."""
import json
import os
import subprocess
import sys

import pytest

import helm_release
from helm_release import Registry, Release, fill, merged
from kubelet import Kubelet
from observer import Visitors
from operating import ALWAYS, BRISK
from policies import ROOT
from service_proxy import ServiceProxy
from waiting import wait_for

sys.path.append(os.path.join(ROOT, "tests", "chart"))
import chart  # noqa: E402
from combinations import COMBINATIONS, FOREIGN, renders_on  # noqa: E402

CLAIM = "shop-prewarm-store"
SHARED = {"store": {"accessModes": ["ReadWriteMany"]}}
HPA = "/apis/autoscaling/v1"
POLICIES = "/apis/prewarm.dev/v1alpha1"


def always(replicas=2, **spec):
    return {"policies": {"always": {
        **BRISK, "windows": [{**ALWAYS[0], "replicas": replicas}], **spec}}}


@pytest.fixture
def services(cluster, namespace):
    with ServiceProxy(cluster, namespace) as proxy:
        yield proxy


@pytest.fixture
def release(cluster, namespace, manifests, kubelet, services):
    made = Release(cluster, namespace)
    yield made
    if made.helm("list", "--short").strip():
        made.uninstall()


@pytest.fixture
def filled(release, kubelet):
    """The release, its store filled before it is installed."""
    fill(kubelet.runtime.volumes.claim(release.namespace, CLAIM))
    return release


@pytest.fixture(scope="module")
def registry(cluster):
    folder = os.path.join(cluster.folder, "registry")
    os.makedirs(folder)
    made = Registry(folder)
    yield made
    made.close()


@pytest.mark.parametrize("name", COMBINATIONS)
def test_server_takes_what_is_rendered(cluster, namespace, manifests, name):
    if not renders_on(name, cluster.version):
        pytest.skip("native sidecars came with 1.29")
    text = chart.template(
        COMBINATIONS[name], "{}.{}.2".format(*cluster.version),
        namespace=namespace)
    objects = [one for one in chart.parse_yaml(text)
               if one and one["kind"] not in FOREIGN]
    told = cluster.kubectl(
        "apply", "--server-side", "--dry-run=server", "-f", "-", "--output",
        "name", stdin="\n---\n".join(json.dumps(one) for one in objects))
    assert len(told.splitlines()) == len(objects)


def test_from_install_to_a_photo_through_the_service(release, kubelet,
                                                     registry):
    with Visitors(release.cluster, release.namespace,
                  release.server) as visitors:
        told = release.install(registry.values)
        assert "READINESS GATES" in told
        release.expect_warm()
        assert release.visit() == (200, "image/png", "ready")
    assert not visitors.cold
    assert registry.requests == 1
    # The model is kept: a new pod fetches nothing.
    name, = [pod["metadata"]["name"] for pod in release.pods()]
    release.cluster.admin.delete(release.path("pods", name))
    wait_for(lambda: [pod["metadata"]["name"] for pod in release.pods()]
             not in ([], [name]), "another pod")
    release.expect_warm()
    assert registry.requests == 1
    # What was installed answers, which helm asks by a pod of its own.
    told = release.helm("test", "shop")
    assert "Phase:" in told and "Succeeded" in told


def test_helm_test_fails_where_no_server_gets_warm(release):
    release.install({"tests": {"seconds": 3}})
    wait_for(lambda: release.deployment(release.controller)["status"].get(
        "availableReplicas") == 2, "two controllers")
    with pytest.raises(RuntimeError, match="failed"):
        release.helm("test", "shop")


def test_model_comes_by_a_job_where_several_may_have_the_store(
        release, kubelet, registry):
    release.install(registry.values, SHARED, {"server": {"replicas": 2}})
    release.expect_warm(2)
    folder = kubelet.runtime.volumes.claim(release.namespace, CLAIM)
    assert len(helm_release.models_in(folder)) == 1
    jobs = release.cluster.admin.list(release.path(
        "jobs", group="/apis/batch/v1"))[0]
    assert [job["status"].get("succeeded") for job in jobs] == [1]


def test_servers_that_only_read_begin_with_the_state_that_a_job_made(
        release, kubelet, registry):
    release.install(registry.values, SHARED, {"store": {"readOnly": True}})
    job = wait_for(lambda: [one for one in release.cluster.admin.list(
        release.path("jobs", group="/apis/batch/v1"))[0]
        if one["status"].get("succeeded")], "a job's end", 180)
    assert len(job) == 1
    folder = kubelet.runtime.volumes.claim(release.namespace, CLAIM)
    before = set(os.listdir(os.path.join(folder, "state")))
    assert before
    # One that has begun after the job.
    name, = [pod["metadata"]["name"] for pod in release.pods()]
    release.cluster.admin.delete(release.path("pods", name))
    wait_for(lambda: [pod["metadata"]["name"] for pod in release.pods()]
             not in ([], [name]), "another pod")
    release.expect_warm()
    address, = release.addresses()
    token = release.secret()["token"]
    report = json.loads(subprocess.run(
        ["curl", "-s", "-X", "POST", "-H", f"X-Prewarm-Admin-Token: {token}",
         f"http://{address}:8081/warmup"], capture_output=True,
        check=True).stdout)
    assert report["cached_state"] == "hit"
    assert set(os.listdir(os.path.join(folder, "state"))) == before


@pytest.mark.parametrize("flags", [(), ("--server-side=false",)],
                         ids=["server-side", "client-side"])
def test_upgrade_inside_of_a_window_touches_no_number(filled, flags):
    filled.install(always(2), SHARED, flags=("--skip-crds", *flags))
    filled.expect_warm(2)
    before = filled.deployment()["spec"]["replicas"]
    assert before == 2
    seen = []
    changed = {"server": {"options": {"queue": 32}}}
    filled.upgrade(always(2), SHARED, changed)
    seen.append(filled.deployment()["spec"]["replicas"])
    filled.expect_rolled_out()
    seen.append(filled.deployment()["spec"]["replicas"])
    assert "--queue=32" in filled.pods()[0]["spec"]["containers"][0]["args"]
    filled.helm("rollback", "shop", "1")
    seen.append(filled.deployment()["spec"]["replicas"])
    filled.expect_rolled_out()
    seen.append(filled.deployment()["spec"]["replicas"])
    assert "--queue=32" not in filled.pods()[0]["spec"]["containers"][0][
        "args"]
    assert seen == [2] * 4
    filled.expect_warm(2)


def test_upgrade_inside_of_a_window_leaves_the_autoscalers_minimum(filled):
    values = (SHARED, {"server": {"autoscaling": {"enabled": True}}})
    filled.install(always(2), *values)
    path = filled.path("horizontalpodautoscalers", filled.server, HPA)

    def minimum():
        return filled.cluster.admin.get(path)["spec"].get("minReplicas")
    wait_for(lambda: minimum() == 2, "a raised minimum")
    mark = filled.cluster.admin.get(path)["metadata"]["annotations"]
    filled.upgrade(always(2), *values, {"server": {"autoscaling": {
        "maxReplicas": 6}}})
    after = filled.cluster.admin.get(path)
    assert (after["spec"]["minReplicas"], after["spec"]["maxReplicas"]) == (
        2, 6)
    assert after["metadata"]["annotations"]["prewarm.dev/floor"] == \
        mark["prewarm.dev/floor"]


def test_uninstall_gives_back_what_was_raised_and_keeps_the_store(
        filled, kubelet):
    """An autoscaler of somebody else, whose minimum a policy has raised."""
    admin = filled.cluster.admin
    autoscaler = filled.path("horizontalpodautoscalers", "theirs", HPA)
    admin.post(filled.path("horizontalpodautoscalers", group=HPA), {
        "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "theirs"},
        "spec": {"minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": {
            "apiVersion": "apps/v1", "kind": "Deployment",
            "name": filled.server}}})
    filled.install(SHARED, always(3, targetRef={
        "kind": "HorizontalPodAutoscaler", "name": "theirs"}))
    wait_for(lambda: admin.get(autoscaler)["spec"]["minReplicas"] == 3,
             "a raised minimum")
    policy = filled.path("prewarmpolicies", "shop-prewarm-always", POLICIES)
    wait_for(lambda: admin.get(policy)["metadata"].get("finalizers"),
             "a finalizer")
    filled.uninstall()
    after = admin.get(autoscaler)
    assert after["spec"]["minReplicas"] == 1
    assert "prewarm.dev/floor" not in after["metadata"].get("annotations", {})
    wait_for(lambda: admin.find(policy) is None, "no policy")
    left = {kind: [one["metadata"]["name"] for one in admin.list(
        filled.path(kind, group=group), labelSelector=(
            "app.kubernetes.io/instance=shop"))[0]] for group, kind in (
                ("/api/v1", "persistentvolumeclaims"), ("/api/v1", "secrets"),
                ("/api/v1", "services"), ("/api/v1", "serviceaccounts"),
                ("/apis/apps/v1", "deployments"), ("/apis/batch/v1", "jobs"))}
    assert left == {"persistentvolumeclaims": [CLAIM], "secrets": [],
                    "services": [], "serviceaccounts": [], "deployments": [],
                    "jobs": []}
    assert helm_release.models_in(kubelet.runtime.volumes.claim(
        filled.namespace, CLAIM))
    assert not filled.cluster.audit.refused(
        f"system:serviceaccount:{filled.namespace}:{filled.controller}")
    # Installed again under that name, it goes on with that store; at once where
    # the Lease that the release took is away (docs/helm.md).
    admin.delete(filled.path("leases", filled.controller,
                             "/apis/coordination.k8s.io/v1"))
    filled.install(SHARED)
    filled.expect_warm()


def test_token_is_kept_by_upgrades_and_replaced_by_a_rotation(filled):
    filled.install(SHARED)
    filled.expect_warm()
    first = filled.secret()
    assert first["token"] == first["accepted"]
    filled.upgrade(SHARED)
    assert filled.secret() == first

    def step(name):
        filled.upgrade(SHARED, {"adminToken": {"rotation": name}}, flags=(
            "--wait", "--timeout", "180s"))
        filled.expect_rolled_out(1)
        return filled.secret()
    prepared = step("prepare")
    assert prepared["token"] == first["token"]
    assert prepared["accepted"].split("\n") == [first["token"],
                                                prepared["next"]]
    assert step("prepare") == prepared
    switched = step("switch")
    assert switched["token"] == prepared["next"]
    assert set(switched["accepted"].split("\n")) == {
        first["token"], switched["token"]}
    last = step("")
    assert last == {"token": switched["token"],
                    "accepted": switched["token"]}
    # Controllers and servers have found together again.
    name, = [pod["metadata"]["name"] for pod in filled.pods()]
    filled.cluster.admin.delete(filled.path("pods", name))
    wait_for(lambda: [pod["metadata"]["name"] for pod in filled.pods()]
             not in ([], [name]), "another pod")
    filled.expect_warm()
    with pytest.raises(RuntimeError, match="rotation=prepare first"):
        filled.upgrade(SHARED, {"adminToken": {"rotation": "switch"}})


def test_two_namespaces_do_not_disturb_each_other(cluster, namespace,
                                                  manifests):
    """The same name in both, each with its own controllers and token."""
    other = cluster.namespace(f"{namespace}-other")
    values = merged(SHARED, always(1))
    with Kubelet(cluster) as kubelet:
        both = [Release(cluster, one) for one in (namespace, other)]
        for one in both:
            fill(kubelet.runtime.volumes.claim(one.namespace, CLAIM))
            one.install(values)
        for one in both:
            one.expect_warm()
        assert both[0].secret() != both[1].secret()
        account = "system:serviceaccount:{}:{}"
        for one in both:
            user = account.format(one.namespace, one.controller)
            assert not cluster.audit.refused(user)
            assert {call.namespace for call in cluster.audit.calls(user)
                    if call.namespace} == {one.namespace}
        both[0].uninstall()
        # The other one goes on: what it had, and what comes.
        assert both[1].addresses()
        name, = [pod["metadata"]["name"] for pod in both[1].pods()]
        cluster.admin.delete(both[1].path("pods", name))
        wait_for(lambda: [pod["metadata"]["name"] for pod in both[1].pods()]
                 not in ([], [name]), "another pod")
        both[1].expect_warm()
        both[1].uninstall()
    cluster.admin.delete(f"/api/v1/namespaces/{other}")
