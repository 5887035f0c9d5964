"""Floors of what somebody else scales: HorizontalPodAutoscalers and KEDA."""
import pytest

from api import ApiError
from keda import define_scaled_objects
from objects import deployment
from operating import ALWAYS, Autoscaler
from waiting import wait_for

DAY = {"name": "day", "from": "00:00", "to": "24:00"}


@pytest.fixture
def hpa(cluster, namespace, shop):
    """Of a Deployment that has one replica, from 1 to 5."""
    cluster.apply(deployment("server", namespace, replicas=1))
    return Autoscaler(shop).make(1, 5)


@pytest.fixture
def scaled(cluster, namespace, shop):
    define_scaled_objects(cluster)
    cluster.apply(deployment("server", namespace, replicas=1))
    return Autoscaler(shop, keda=True)


def settled(shop, name="one"):
    """The operator has taken note of the newest spec, and is done with it."""
    def same():
        live = shop.cluster.admin.get(shop.path(name))
        return live.get("status", {}).get("observedGeneration") == \
            live["metadata"]["generation"]
    wait_for(same, "the newest spec in the status")


def test_floor_is_raised_and_restored_when_the_window_closes(
        shop, hpa):
    shop.override(replicas=3, seconds=8)
    shop.operator()
    hpa.expect(3)
    assert hpa.mark == {"baseline": 1, "floor": 3, "wanted": 3,
                        "reraised": False,
                        "policies": [f"{shop.namespace}/one"]}
    # kube-controller-manager does the rest.
    wait_for(lambda: shop.replicas() == 3, "three replicas")
    hpa.expect(1)
    assert hpa.mark is None


def test_target_at_zero_is_woken_for_its_autoscaler(cluster, namespace, shop,
                                                    hpa):
    """An autoscaler does nothing at 0 replicas."""
    cluster.apply(deployment("server", namespace, replicas=0))
    wait_for(lambda: shop.replicas() == 0, "no replicas")
    shop.override(replicas=2, seconds=10)
    shop.operator()
    hpa.expect(2)
    wait_for(lambda: shop.replicas() == 2, "two replicas")
    # replicas.min: 0 is declared: it sleeps again.
    wait_for(lambda: shop.replicas() == 0 and hpa.minimum == 1,
             "no replicas", 30)


def test_floor_is_capped_by_the_autoscalers_maximum(shop, hpa):
    shop.declare(windows=[{**DAY, "replicas": 7}])
    shop.operator()
    hpa.expect(5)
    assert "allows 5" in shop.expect("FloorCapped")
    hpa.write(maxReplicas=9)
    hpa.expect(7)
    shop.expect("FloorCapped", None)


def test_lower_number_of_somebody_is_overruled_once_and_then_left_alone(
        shop, hpa):
    shop.declare(windows=[{**DAY, "replicas": 4}])
    shop.operator()
    hpa.expect(4)
    hpa.set_minimum(2)
    hpa.expect(4)
    assert hpa.mark["baseline"] == 2 and hpa.mark["reraised"]
    hpa.set_minimum(3)
    told = shop.expect("Conflict")
    assert "at 3" in told
    written = shop.calls("patch", "horizontalpodautoscalers")
    # Something else of the policy changes; the peace lasts.
    shop.change(warmup={"retries": 5})
    settled(shop)
    assert hpa.minimum == 3
    assert shop.calls("patch", "horizontalpodautoscalers") == written
    # Something else is wanted, which ends it; theirs comes back in the end.
    shop.change(windows=[{**DAY, "replicas": 5}])
    hpa.expect(5)
    shop.expect("Conflict", None)
    shop.remove()
    assert hpa.minimum == 3 and hpa.mark is None


def test_higher_number_of_somebody_is_theirs_and_stays(shop, hpa):
    shop.declare(windows=[{**DAY, "replicas": 2}])
    shop.operator()
    hpa.expect(2)
    hpa.set_minimum(4)
    wait_for(lambda: hpa.mark is None, "nothing of ours")
    shop.remove()
    assert hpa.minimum == 4


def test_autoscaler_made_anew_in_a_window_is_raised_again(shop, hpa):
    shop.declare(windows=[{**DAY, "replicas": 3}])
    shop.operator()
    hpa.expect(3)
    hpa.remove()
    # Without it the workload is ours: it stays as high.
    wait_for(lambda: shop.status().get("scale"), "the mark in the status")
    hpa.make(2, 5)
    hpa.expect(3)
    assert hpa.mark["baseline"] == 2
    shop.remove()
    assert hpa.minimum == 2


def test_policy_deleted_in_its_window_gives_everything_back(shop, hpa):
    shop.declare(windows=ALWAYS)
    shop.operator()
    hpa.expect(2)
    shop.remove()
    assert hpa.minimum == 1 and hpa.mark is None


def raise_and_leave(shop, hpa):
    """A floor of 3 by a policy with our finalizer, and an operator that ended."""
    shop.declare(windows=[{**DAY, "replicas": 3}])
    operator = shop.operator()
    hpa.expect(3)
    wait_for(lambda: shop.cluster.admin.get(shop.path())["metadata"].get(
        "finalizers"), "a finalizer")
    operator.stop()


def test_what_happens_while_the_operator_is_away_is_made_good(shop, hpa):
    raise_and_leave(shop, hpa)
    # Somebody lowers it, and the policy is to go: it waits for us.
    hpa.set_minimum(2)
    shop.cluster.admin.delete(shop.path())
    assert shop.cluster.admin.find(shop.path())
    shop.operator()
    wait_for(lambda: not shop.cluster.admin.find(shop.path()), "no policy")
    assert hpa.minimum == 2 and hpa.mark is None


def test_policy_that_went_without_its_operator_leaves_no_floor(shop, hpa):
    """Somebody took our finalizer away by hand."""
    raise_and_leave(shop, hpa)
    shop.cluster.admin.patch(shop.path(), {"metadata": {"finalizers": None}})
    shop.cluster.admin.delete(shop.path())
    shop.operator()
    hpa.expect(1)
    wait_for(lambda: hpa.mark is None, "no mark")


def test_two_policies_of_one_autoscaler_leave_in_turn(shop, hpa):
    shop.declare("low", windows=[{**DAY, "replicas": 2}])
    shop.declare("high", windows=[{**DAY, "replicas": 4}], targetRef={
        "kind": "HorizontalPodAutoscaler", "name": "server"})
    shop.operator()
    hpa.expect(4)
    assert hpa.mark["policies"] == [f"{shop.namespace}/high",
                                    f"{shop.namespace}/low"]
    shop.remove("high")
    hpa.expect(2)
    shop.remove("low")
    hpa.expect(1)
    assert hpa.mark is None


def test_second_autoscaler_of_a_target_is_a_trouble_that_is_told(shop, hpa):
    shop.declare(windows=ALWAYS)
    shop.operator()
    hpa.expect(2)
    spec = hpa.api.get(hpa.path)["spec"]
    hpa.api.post(hpa.path.rsplit("/", 1)[0], {
        "metadata": {"name": "other"}, "spec": {**spec, "minReplicas": 1}})
    told = shop.expect("Degraded")
    assert "one has to go" in told


def test_of_keda_only_the_scaled_object_is_written(cluster, shop, scaled):
    scaled.make(0, 5)
    owner = scaled.api.get(scaled.path)["metadata"]
    # As KEDA makes it.
    made = Autoscaler(shop).make(1, 5)
    made.api.patch(made.path, {"metadata": {"ownerReferences": [{
        "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
        "name": "server", "uid": owner["uid"], "controller": True}]}})
    shop.declare(windows=ALWAYS)
    shop.operator()
    scaled.expect(2)
    assert scaled.mark["baseline"] == 0
    shop.remove()
    assert scaled.minimum == 0 and scaled.mark is None
    assert made.minimum == 1
    assert not shop.calls("patch", "horizontalpodautoscalers")
    assert not shop.calls("patch", "deployments/scale")


@pytest.mark.parametrize("how, word", [
    ({"annotations": {"autoscaling.keda.sh/paused": "true"}}, "paused"),
    ({"idleReplicaCount": 0}, "idleReplicaCount")])
def test_scaled_object_that_would_not_listen_is_refused(shop, scaled, how,
                                                        word):
    scaled.make(1, 5, **{key: value for key, value in how.items()
                         if key != "annotations"})
    scaled.annotate(**how.get("annotations", {}))
    shop.declare(windows=ALWAYS)
    shop.operator()
    assert word in shop.expect("Degraded")
    assert scaled.minimum == 1 and scaled.mark is None


def test_policy_of_an_autoscaler_that_is_not_there_says_so(shop):
    shop.declare(windows=ALWAYS, targetRef={
        "kind": "HorizontalPodAutoscaler", "name": "nobody"})
    shop.operator()
    told = shop.expect("Degraded")
    assert "no HorizontalPodAutoscaler nobody" in told
    with pytest.raises(ApiError):
        shop.replicas("nobody")
