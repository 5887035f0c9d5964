"""The chart's definition on a cluster that has none yet: crds/, and the hook that
brings it up to date."""
import copy

import pytest

from cluster import Cluster
from helm_release import Release
from kubelet import Kubelet
from waiting import wait_for

DEFINITION = ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
              "prewarmpolicies.prewarm.dev")
MARK = "prewarm.dev/version"
COMPONENT = "app.kubernetes.io/component=crds"


@pytest.fixture(scope="module")
def bare():
    with Cluster() as started:
        started.namespace("photos")
        with Kubelet(started, "photos"):
            yield started


@pytest.fixture(scope="module")
def release(bare):
    made = Release(bare, "photos")
    # Helm's server-side apply fails where CEL is not known: docs/helm.md.
    made.install({"server": {"enabled": False}}, flags=()
                 if bare.version >= (1, 25) else ("--server-side=false",))
    return made


def schema(cluster):
    return cluster.admin.get(DEFINITION)["spec"]["versions"][0]


def test_install_brings_the_definition(bare, release):
    wait_for(lambda: bare.admin.find(
        "/apis/prewarm.dev/v1alpha1/prewarmpolicies"), "served policies")
    wait_for(lambda: release.deployment(release.controller)["status"].get(
        "availableReplicas") == 2, "two controllers that follow policies")


def test_upgrade_brings_it_up_to_date_and_keeps_what_is_stored(bare, release):
    whole = schema(bare)
    bare.admin.post("/apis/prewarm.dev/v1alpha1/namespaces/photos/"
                    "prewarmpolicies", {
                        "apiVersion": "prewarm.dev/v1alpha1",
                        "kind": "PrewarmPolicy", "metadata": {"name": "kept"},
                        "spec": {"suspend": True, "intent": {"enabled": True},
                                 "targetRef": {"kind": "Deployment",
                                               "name": "none"}}})
    older = copy.deepcopy(whole)
    # As if a later version had added a field and columns.
    del older["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"][
        "dryRun"]
    del older["additionalPrinterColumns"][3:]
    bare.admin.patch(DEFINITION, {"spec": {"versions": [older]}})
    assert schema(bare) == older
    release.upgrade({"server": {"enabled": False}})
    assert schema(bare) == whole
    assert bare.admin.get(DEFINITION)["metadata"]["annotations"][MARK]
    assert bare.admin.get("/apis/prewarm.dev/v1alpha1/namespaces/photos/"
                          "prewarmpolicies/kept")["spec"]["suspend"] is True


def test_hook_needs_no_more_rights_than_it_has_and_leaves_none(bare, release):
    user = "system:serviceaccount:photos:shop-prewarm-crds"
    assert not bare.audit.refused(user)
    used = {call for call in bare.audit.used(user) if call[1]}
    assert used == {(verb, "apiextensions.k8s.io",
                     "customresourcedefinitions") for verb in ("get", "patch")}
    for path in ("/api/v1/namespaces/photos/serviceaccounts",
                 "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                 "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                 "/apis/batch/v1/namespaces/photos/jobs"):
        assert not bare.admin.list(path, labelSelector=COMPONENT)[0], path


def test_definition_of_a_later_version_is_left_alone(bare, release):
    bare.admin.patch(DEFINITION, {"metadata": {"annotations": {
        MARK: "99.0.0"}}})
    before = bare.admin.get(DEFINITION)["metadata"]["resourceVersion"]
    release.upgrade({"server": {"enabled": False}})
    after = bare.admin.get(DEFINITION)["metadata"]
    assert after["resourceVersion"] == before


def test_upgrade_stops_where_the_definition_is_gone(bare, release):
    bare.admin.delete(DEFINITION)
    wait_for(lambda: bare.admin.find(DEFINITION) is None, "no definition", 90)
    with pytest.raises(RuntimeError, match="pre-upgrade"):
        release.upgrade({"server": {"enabled": False}}, flags=(
            "--timeout", "60s"))
