"""PrewarmPolicy on a real API server: what it takes, refuses, fills in, shows.

PREWARM_CONTROLLER (build/bin/warmup-controller) is asked about the same
policies.
"""
import json
import os
import re
import subprocess

import pytest

from api import ApiError
from policies import DEPLOY, FULL_STATUS, ROOT, WRONG, WRONG_BY_CEL, policy
from waiting import wait_for

CONTROLLER = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    ROOT, "build", "bin", "warmup-controller"))
COLUMNS = ["NAME", "ACTIVE", "DESIRED", "WARM", "NEXT", "LEAD", "AGE"]


@pytest.fixture(scope="module")
def has_cel(cluster):
    return cluster.version >= (1, 25)


@pytest.fixture(scope="module", autouse=True)
def published(cluster, manifests):
    """kubectl checks by what the server publishes, a moment later."""
    wait_for(lambda: "FIELD" in _explain(cluster, "spec"), "published fields")


@pytest.fixture
def path(namespace):
    return f"/apis/prewarm.dev/v1alpha1/namespaces/{namespace}/prewarmpolicies"


def _explain(cluster, field):
    try:
        return cluster.kubectl("explain", f"prewarmpolicies.{field}")
    except RuntimeError:
        return ""


def _examples():
    """Each policy of docs/policies.md and of deploy/."""
    with open(os.path.join(ROOT, "docs", "policies.md"),
              encoding="utf-8") as file:
        blocks = re.findall(r"```yaml\n(.*?)```", file.read(), re.S)
    with open(os.path.join(DEPLOY, "sample-policy.yaml"),
              encoding="utf-8") as file:
        blocks.append(file.read())
    documents = [document for block in blocks
                 for document in re.split(r"^---\n", block, flags=re.M)]
    found = [document for document in documents
             if re.search(r"^kind: PrewarmPolicy$", document, re.M)]
    return [pytest.param(text, id=re.search(r"name: ([\w-]+)", text)[1]
                         + f"-{number}") for number, text in enumerate(found)]


def _validate(text):
    """Status and output of `validate`."""
    done = subprocess.run([CONTROLLER, "validate", "-"], input=text,
                          capture_output=True, text=True, check=False,
                          timeout=60)
    return done.returncode, done.stdout + done.stderr


def _named(cases):
    return [pytest.param(spec, field, id=f"{number}-{field}")
            for number, (spec, field) in enumerate(cases)]


def test_server_finds_nothing_wrong_with_the_definition(cluster):
    status = cluster.admin.get(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
        "prewarmpolicies.prewarm.dev")["status"]
    assert {one["type"]: one["status"] for one in status["conditions"]} == {
        "NamesAccepted": "True", "Established": "True"}
    assert status["acceptedNames"]["shortNames"] == ["pwp"]


def test_there_are_the_examples_we_know_of():
    assert len(_examples()) >= 6


@pytest.mark.parametrize("text", _examples())
def test_example_is_accepted(cluster, namespace, text):
    text = re.sub(r"(, )?namespace: \w+", "", text)
    told = cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin=text)
    assert told.endswith("created\n")


@pytest.mark.parametrize("text", _examples())
def test_what_the_server_made_of_an_example_the_reader_accepts(
        cluster, namespace, text):
    """The defaults that it has filled in among them."""
    text = re.sub(r"(, )?namespace: \w+", "", text)
    cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin=text)
    stored = cluster.kubectl("get", "pwp", "-n", namespace, "-o", "jsonpath="
                             "{.items[0]}")
    assert _validate(stored)[0] == 0, _validate(stored)[1]


@pytest.mark.parametrize("spec,field", _named(WRONG))
def test_wrong_policy_is_refused_and_the_field_named(cluster, path, spec,
                                                     field):
    with pytest.raises(ApiError) as error:
        cluster.admin.post(path, policy(**spec))
    assert error.value.status == 422
    assert field in str(error.value)


@pytest.mark.parametrize("spec,field", _named(WRONG_BY_CEL))
def test_what_a_schema_can_not_say_a_server_with_cel_refuses(
        cluster, path, has_cel, spec, field):
    if not has_cel:
        # The condition Accepted will say it.
        cluster.admin.post(path, policy(**spec))
        return
    with pytest.raises(ApiError) as error:
        cluster.admin.post(path, policy(**spec))
    assert error.value.status == 422
    assert field in str(error.value)


@pytest.mark.parametrize("spec,field", _named(WRONG + WRONG_BY_CEL))
def test_what_the_server_refuses_the_reader_refuses(spec, field):
    assert _validate(json.dumps(policy(**spec)))[0] == 1, field


@pytest.mark.parametrize("spec,field", [
    # Files know one text, local processes, and calendars beside them.
    ({"windows": [{"name": "a", "from": "09:00", "to": "10:00",
                   "days": "Mon-Fri"}]}, "spec.windows.days"),
    ({"targetRef": {"kind": "LocalProcess", "name": "server"}},
     "spec.targetRef.kind"),
    ({"except": {"calendars": [{"file": "de.ics"}]}},
     "spec.except.calendars.configMap")])
def test_what_only_files_can_have_is_refused(cluster, path, spec, field):
    with pytest.raises(ApiError) as error:
        cluster.admin.post(path, policy(**spec))
    assert field in str(error.value)
    # Of a calendar only the file is missing.
    told = _validate(json.dumps(policy(**spec)))
    assert told[0] == 0 or "can't be read" in told[1], told[1]


def test_unknown_field_is_told_by_kubectl(cluster, namespace):
    wrong = policy(timezone="UTC")
    wrong["metadata"]["namespace"] = namespace
    with pytest.raises(RuntimeError, match='unknown field "(spec.)?timezone"'):
        cluster.apply(wrong)


def test_defaults_are_filled_in(cluster, path):
    made = cluster.admin.post(path, policy(
        leadTime={}, warmup={}, scaleDown={}, dst={}, intent={}))["spec"]
    assert made["windows"][0]["replicas"] == 1
    for known in ("targetRef", "windows"):
        del made[known]
    assert made == {
        "timeZone": "UTC", "replicas": {"max": 1},
        "suspend": False, "dryRun": False, "leadTime": {"mode": "auto"},
        "warmup": {"path": "/warmup", "port": "admin", "timeout": "3m",
                   "parallelism": 2, "retries": 3, "jitter": "2s",
                   "reverify": "10m"},
        "scaleDown": {"delay": "2m", "keepIfNextWindowWithin": "auto"},
        "dst": {"gap": "shift", "overlap": "once"},
        "intent": {"enabled": False, "ttl": "auto", "replicas": 1,
                   "maxReplicas": 1, "ratePerMinute": 60,
                   "dailyInstanceHours": 4}}


def test_port_may_be_a_number(cluster, path):
    made = cluster.admin.post(path, policy(warmup={"port": 8081}))
    assert made["spec"]["warmup"]["port"] == 8081


def test_status_is_written_apart(cluster, path):
    made = cluster.admin.post(path, {**policy(), "status": {"desired": 7}})
    assert "status" not in made
    one = f"{path}/one"
    cluster.admin.patch(one, {"status": {"desired": 7}})
    assert "status" not in cluster.admin.get(one)
    told = cluster.admin.patch(one + "/status", {
        "status": FULL_STATUS, "spec": {"suspend": True}})
    # Nothing of it was unknown to the schema, and left out.
    assert told["status"] == FULL_STATUS
    assert told["spec"] == made["spec"]
    assert told["metadata"]["generation"] == 1


@pytest.mark.parametrize("status,field", [
    ({"desired": -1}, "status.desired"),
    ({"instances": [{"name": "a"}] * 51}, "status.instances"),
    ({"conditions": [{**FULL_STATUS["conditions"][0], "status": "yes"}]},
     "status.conditions.status")])
def test_wrong_status_is_refused(cluster, path, status, field):
    cluster.admin.post(path, policy())
    with pytest.raises(ApiError) as error:
        cluster.admin.patch(f"{path}/one/status", {"status": status})
    assert field in str(error.value)


def test_kubectl_get_shows_the_columns(cluster, namespace, path):
    cluster.admin.post(path, policy())
    shown = cluster.kubectl("get", "pwp", "-n", namespace).splitlines()
    assert shown[0].split() == COLUMNS
    cluster.admin.patch(f"{path}/one/status", {"status": FULL_STATUS})
    shown = cluster.kubectl("get", "pwp", "-n", namespace).splitlines()
    # A time that is yet to come is told as it is.
    assert shown[1].split()[:-1] == ["one", "True", "3", "2",
                                     "2199-12-24T17:00:00Z", "94"]
    wide = cluster.kubectl("get", "pwp", "-n", namespace, "-o", "wide")
    assert wide.splitlines()[0].split() == [*COLUMNS, "TARGET", "CURRENT",
                                            "REASON"]


@pytest.mark.parametrize("group", ["all", "prewarm"])
def test_policies_are_in_the_category(cluster, namespace, path, group):
    cluster.admin.post(path, policy())
    assert "prewarmpolicy.prewarm.dev/one" in cluster.kubectl(
        "get", group, "-n", namespace, "-o", "name")


def test_kubectl_explains_the_fields(cluster):
    told = " ".join(_explain(cluster, "spec.windows").split())
    assert "the one with the most replicas wins" in told
    assert "Time of day up to \"24:00\"" in told
    assert "Warm so long before it" in " ".join(
        _explain(cluster, "status.lastOpening").split())


@pytest.mark.parametrize("what,verbs", [
    ("prewarm.dev/prewarmpolicies", "get list watch patch"),
    ("prewarm.dev/prewarmpolicies/status", "patch"),
    ("apps/deployments", "list watch"),
    ("apps/statefulsets", "list watch"),
    ("apps/replicasets", "list watch"),
    ("apps/deployments/scale", "patch"),
    ("apps/statefulsets/scale", "patch"),
    ("autoscaling/horizontalpodautoscalers", "list watch patch"),
    ("keda.sh/scaledobjects", "list watch patch"),
    ("/pods", "list watch patch delete"), ("/pods/status", "patch"),
    ("/configmaps", "get"), ("/events", "create patch"), ("/secrets", ""),
    ("coordination.k8s.io/leases", "")])
def test_controller_may_do_what_it_has_to_and_no_more(cluster, namespace,
                                                      what, verbs):
    allowed = [verb for verb in ("get", "list", "watch", "create", "update",
                                 "patch", "delete")
               if _may(cluster, namespace, verb, what)]
    assert sorted(allowed) == sorted(verbs.split())


@pytest.mark.parametrize("name,verbs", [
    ("prewarm-controller", ["get", "create", "update"]),
    ("another", ["create"])])
def test_controller_may_lead_by_its_own_lease(cluster, name, verbs):
    lease = "coordination.k8s.io/leases"
    assert [verb for verb in ("get", "create", "update", "delete") if _may(
        cluster, "prewarm-system", verb, lease, name)] == verbs


def _may(cluster, namespace, verb, what, name=""):
    group, resource, *sub = what.split("/")
    account = "system:serviceaccount:prewarm-system:prewarm-controller"
    return cluster.admin.post(
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        {"spec": {"user": account, "resourceAttributes": {
            "namespace": namespace, "verb": verb, "group": group,
            "resource": resource, "subresource": "".join(sub),
            "name": name}}})["status"]["allowed"]


def test_sample_server_is_accepted_and_gated(cluster, namespace):
    with open(os.path.join(DEPLOY, "sample-server.yaml"),
              encoding="utf-8") as file:
        text = file.read().replace("namespace: shop",
                                   f"namespace: {namespace}")
    cluster.kubectl("apply", "-f", "-", stdin=text)
    made = cluster.admin.get(f"/apis/apps/v1/namespaces/{namespace}"
                             "/deployments/inference-server")
    assert made["spec"]["template"]["spec"]["readinessGates"] == [
        {"conditionType": "prewarm.dev/warm"}]


def test_variant_of_one_namespace_is_accepted(cluster, has_cel, manifests):
    text = cluster.kubectl("kustomize", os.path.join(
        DEPLOY, "..", "kubernetes-namespaced"))
    assert "ClusterRole" not in text
    assert "--all-namespaces" not in text
    # The definition and the budget are those of the others.
    kept = [part for part in text.split("---\n") if not re.search(
        "^kind: (CustomResourceDefinition|PodDisruptionBudget)$", part, re.M)]
    assert len(kept) == manifests.count("---\n") + 1 - 2
    cluster.namespace("shop")
    try:
        cluster.kubectl("apply", "-f", "-", stdin="---\n".join(kept))
    finally:
        cluster.admin.delete("/api/v1/namespaces/shop")
