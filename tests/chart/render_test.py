"""What the chart makes of values, without a cluster."""
import os
import re
import unittest

import chart
from combinations import COMBINATIONS, renders_on
from pod_security import offences

LABELS = {"app.kubernetes.io/name", "app.kubernetes.io/instance",
          "app.kubernetes.io/component", "app.kubernetes.io/version",
          "app.kubernetes.io/managed-by", "helm.sh/chart"}
DEPLOY = os.path.join(chart.ROOT, "deploy")


class Combinations(unittest.TestCase):
    """Each of them, on the oldest and on the newest cluster."""

    @classmethod
    def setUpClass(cls):
        cls.made = {}
        for version in (chart.OLDEST, chart.NEWEST):
            number = tuple(map(int, version.split(".")[:2]))
            for name, values in COMBINATIONS.items():
                if renders_on(name, number):
                    cls.made[name, version] = chart.render(values, version)

    def each(self, check):
        for (name, version), objects in self.made.items():
            with self.subTest(name=name, version=version):
                check(name, objects)

    def test_every_object_has_the_common_labels_and_a_name_that_fits(self):
        def check(_, objects):
            for one in objects:
                about = one["metadata"]
                self.assertLessEqual(LABELS, set(about["labels"]), about)
                self.assertLessEqual(len(about["name"]), 63 if one["kind"] in (
                    "Service", "Deployment", "Job", "DaemonSet") else 253)
                if one["kind"] in ("ClusterRole", "ClusterRoleBinding",
                                   "PriorityClass"):
                    self.assertNotIn("namespace", about)
                    self.assertTrue(about["name"].startswith("photos-"))
                else:
                    self.assertEqual(about["namespace"], "photos")
        self.each(check)

    def test_no_name_is_given_twice(self):
        def check(_, objects):
            names = [(one["apiVersion"].split("/")[0], one["kind"],
                      one["metadata"]["name"]) for one in objects]
            self.assertEqual(len(names), len(set(names)))
        self.each(check)

    def test_every_pod_keeps_to_the_restricted_profile(self):
        def check(_, objects):
            for name, pod in chart.pods(objects):
                self.assertEqual(offences(pod["spec"]), [], name)
        self.each(check)

    def test_every_container_has_requests_and_a_limit_of_memory(self):
        def check(name, objects):
            if name == "own-class-of-placeholders":
                return
            for _, pod in chart.pods(objects):
                for one in chart.containers(pod):
                    self.assertIn("memory", one["resources"]["limits"])
                    self.assertIn("cpu", one["resources"]["requests"])
        self.each(check)

    def test_volumes_that_are_mounted_are_there_and_the_other_way_round(self):
        def check(_, objects):
            for name, pod in chart.pods(objects):
                there = [one["name"] for one in
                         pod["spec"].get("volumes", [])]
                self.assertEqual(len(there), len(set(there)), name)
                self.assertEqual(set(there), {
                    mount["name"] for one in chart.containers(pod)
                    for mount in one.get("volumeMounts", [])}, name)
        self.each(check)

    def test_selectors_find_their_pods_and_no_others(self):
        def check(_, objects):
            made = dict(chart.pods(objects))
            for one in objects:
                selector = one.get("spec", {}).get("selector")
                if one["kind"] not in ("Deployment", "DaemonSet", "Service",
                                       "PodDisruptionBudget"):
                    continue
                wanted = selector.get("matchLabels", selector)
                found = [name for name, pod in made.items() if wanted.items()
                         <= pod["metadata"]["labels"].items()]
                self.assertEqual(len(found), 1, one["metadata"]["name"])
        self.each(check)

    def test_no_token_is_mounted_but_those_that_are_used(self):
        def check(_, objects):
            for name, pod in chart.pods(objects):
                calls = any(one["args"][:1] in (["run"], ["release"], ["crd"])
                            for one in chart.containers(pod)
                            if "args" in one)
                self.assertEqual(
                    pod["spec"].get("automountServiceAccountToken", True),
                    calls, name)
        self.each(check)

    def test_objects_are_of_versions_that_the_cluster_has(self):
        gone = {chart.OLDEST: {"policy/v1", "autoscaling/v2"},
                chart.NEWEST: {"policy/v1beta1", "autoscaling/v2beta2"}}
        for (name, version), objects in self.made.items():
            used = {one["apiVersion"] for one in objects}
            self.assertFalse(used & gone[version], (name, version))

    def test_programs_know_what_they_are_told(self):
        """Each subcommand and flag, of the programs as they are built."""
        known = {}

        def check(_, objects):
            for _, pod in chart.pods(objects):
                for one in chart.containers(pod):
                    words = chart.command(one)
                    if words is None:
                        continue
                    command = tuple(words[:2] if words[1][:1].isalpha()
                                    else words[:1])
                    if command not in known:
                        known[command] = chart.flags(*command)
                    told = {word.split("=")[0] for word in
                            words[len(command):] if word.startswith("--")}
                    self.assertLessEqual(told, set(known[command]), command)
        self.each(check)
        self.assertEqual({" ".join(command) for command in known}, {
            "inference-server", "prewarm-model import",
            *(f"warmup-controller {one}" for one in (
                "run", "release", "crd", "sidecar"))})

    def test_nothing_that_somebody_else_scales_has_a_number(self):
        def check(name, objects):
            if name not in ("policy", "autoscaler-under-a-policy",
                            "autoscaler", "defaults"):
                return
            server = chart.named(objects, "Deployment", "-server")
            self.assertNotIn("replicas", server["spec"])
            if name == "autoscaler-under-a-policy":
                self.assertNotIn("minReplicas", chart.named(
                    objects, "HorizontalPodAutoscaler")["spec"])
        self.each(check)


class Details(unittest.TestCase):
    def server(self, values=None, version=chart.NEWEST):
        return chart.named(chart.render(values, version), "Deployment",
                           "-server")["spec"]

    def test_lint_finds_nothing(self):
        for name in ("defaults", "policy", "read-only", "monitoring"):
            told = chart.helm("lint", "--strict", "--kube-version",
                              chart.NEWEST, chart.CHART,
                              values=COMBINATIONS[name])
            self.assertNotIn("WARNING", told)
            self.assertNotIn("ERROR", told)

    def test_pod_that_is_not_well_keeps_no_node_where_that_can_be_said(self):
        for version, policy in (("1.20.2", None), ("1.26.0", None),
                                ("1.27.0", "AlwaysAllow"),
                                ("1.36.0", "AlwaysAllow")):
            budget = chart.named(chart.render(version=version),
                                 "PodDisruptionBudget", "-server")
            self.assertEqual(budget["spec"].get("unhealthyPodEvictionPolicy"),
                             policy, version)

    def test_pre_stop_needs_no_program_where_kubernetes_can_sleep(self):
        def before(version):
            return self.server(version=version)["template"]["spec"][
                "containers"][0]["lifecycle"]["preStop"]
        self.assertEqual(before("1.29.9"), {"exec": {"command":
                                                     ["sleep", "5"]}})
        self.assertEqual(before("1.30.0"), {"sleep": {"seconds": 5}})

    def test_versions_of_cloud_providers_count_as_what_they_are(self):
        self.assertEqual(self.server(version="1.30.2-gke.1587003")[
            "template"]["spec"]["containers"][0]["lifecycle"]["preStop"],
            {"sleep": {"seconds": 5}})

    def test_store_of_one_pod_is_never_asked_for_by_two(self):
        self.assertEqual(self.server()["strategy"], {"type": "Recreate"})
        self.assertEqual(self.server(COMBINATIONS["policy"])["strategy"][
            "type"], "RollingUpdate")

    def test_grace_period_has_room_for_notice_and_drain(self):
        spec = self.server({"server": {"preStopSeconds": 7,
                                       "drainSeconds": 20}})["template"]["spec"]
        self.assertEqual(spec["terminationGracePeriodSeconds"], 37)
        self.assertIn("--drain-timeout=20", spec["containers"][0]["args"])

    def test_gate_follows_the_controller_unless_told(self):
        def gates(**values):
            return self.server(values)["template"]["spec"].get(
                "readinessGates", [])
        warm = [{"conditionType": "prewarm.dev/warm"}]
        self.assertEqual(gates(), warm)
        self.assertEqual(gates(controller={"enabled": False}), [])
        self.assertEqual(gates(controller={"enabled": False},
                               server={"readinessGate": True}), warm)
        self.assertEqual(gates(server={"readinessGate": False}), [])

    def test_policy_means_the_server_or_its_autoscaler_or_what_it_says(self):
        def target(name):
            return chart.named(chart.render(COMBINATIONS[name]),
                               "PrewarmPolicy")["spec"]["targetRef"]
        self.assertEqual(target("policy"), {"kind": "Deployment",
                                            "name": "shop-prewarm-server"})
        self.assertEqual(target("autoscaler-under-a-policy")["kind"],
                         "HorizontalPodAutoscaler")
        self.assertEqual(target("policy-of-another-target")["name"], "other")

    def test_servers_only_read_where_the_store_is_read_only(self):
        pod = self.server(COMBINATIONS["read-only"])["template"]["spec"]
        self.assertIn({"name": "store", "mountPath": "/var/lib/prewarm/store",
                       "readOnly": True}, pod["containers"][0]["volumeMounts"])
        self.assertNotIn("initContainers", pod)
        job = chart.named(chart.render(COMBINATIONS["read-only"]), "Job",
                          "", "model")["spec"]["template"]["spec"]
        steps = [one["name"] for one in
                 job["initContainers"] + job["containers"]]
        self.assertEqual(steps, ["fetch", "import", "prepare"])
        # Nobody can write there: nothing is made.
        filled = chart.render(COMBINATIONS["read-only-and-filled"])
        self.assertEqual([one["metadata"]["name"] for one in filled if
                          one["metadata"]["labels"][
                              "app.kubernetes.io/component"] == "model"], [])

    def test_only_the_controller_reaches_the_admin_port(self):
        objects = chart.render()
        rules = chart.named(objects, "NetworkPolicy", "-server")["spec"][
            "ingress"]
        admin, = [rule for rule in rules if rule["ports"][0]["port"] ==
                  "admin"]
        peer, = admin["from"]
        wanted = peer["podSelector"]["matchLabels"]
        self.assertEqual(
            [name for name, pod in chart.pods(objects) if wanted.items() <=
             pod["metadata"]["labels"].items()],
            ["Deployment shop-prewarm-controller"])

    def test_token_is_the_same_in_the_secret_and_in_both_checksums(self):
        objects = chart.render()
        sums = {one["spec"]["template"]["metadata"]["annotations"][
            "checksum/admin-token"] for one in objects
            if one["kind"] == "Deployment"}
        self.assertEqual(len(sums), 1)
        data = chart.named(objects, "Secret")["data"]
        self.assertEqual(data["token"], data["accepted"])
        again = chart.named(chart.render(), "Secret")["data"]
        self.assertNotEqual(data["token"], again["token"])

    def test_claim_outlives_the_release(self):
        def policy(**store):
            return chart.named(chart.render({"store": store}),
                               "PersistentVolumeClaim")["metadata"].get(
                "annotations", {}).get("helm.sh/resource-policy")
        self.assertEqual(policy(), "keep")
        self.assertIsNone(policy(keep=False))

    def test_releases_of_the_same_name_share_nothing_of_the_cluster(self):
        def shared(namespace):
            return {one["metadata"]["name"] for one in chart.render(
                chart.merged(COMBINATIONS["cluster-wide"],
                             COMBINATIONS["gpu"]), namespace=namespace)
                if "namespace" not in one["metadata"]}
        self.assertFalse(shared("one") & shared("two"))
        self.assertEqual(len(shared("one")), 3)


class SameAsManifests(unittest.TestCase):
    """deploy/kubernetes and the chart say the same."""

    def deploy(self, kind, file, name=None):
        found = [one for one in chart.load_yaml(os.path.join(
            DEPLOY, "kubernetes", file)) if one["kind"] == kind and
            name in (None, one["metadata"]["name"])]
        return found[0]

    def test_definition(self):
        with open(os.path.join(DEPLOY, "kubernetes", "crd.yaml"),
                  encoding="utf-8") as one, \
                open(os.path.join(chart.CHART, "crds", "prewarmpolicies.yaml"),
                     encoding="utf-8") as other:
            self.assertEqual(one.read(), other.read(),
                             "fix: cp deploy/kubernetes/crd.yaml "
                             "charts/prewarm/crds/prewarmpolicies.yaml")

    def test_rights(self):
        values = {"fullnameOverride": "prewarm"}
        for wide, kind in ((False, "Role"), (True, "ClusterRole")):
            objects = chart.render(chart.merged(values, {"controller": {
                "clusterWide": wide}}), namespace="shop")
            self.assertEqual(
                chart.named(objects, kind, "prewarm-controller")["rules"],
                self.deploy("ClusterRole", "rbac.yaml")["rules"])
            self.assertEqual(
                chart.named(objects, "Role", "-leader")["rules"],
                self.deploy("Role", "rbac.yaml")["rules"])

    def test_rights_that_somebody_else_gives_are_the_same(self):
        """As docs/helm.md says it, for rbac.create=false."""
        mine = {"rbac": {"create": False}, "crds": {"upgrade": False}}
        told = chart.render(
            chart.merged(mine, {"rbac": {"create": True}, "controller": {
                "serviceAccount": {"create": False,
                                   "name": "shop-prewarm-controller"}}}),
            show_only="templates/controller/rights.yaml")
        kinds = {"Role", "RoleBinding"}
        self.assertEqual({one["kind"] for one in told}, kinds)
        self.assertEqual(told, [one for one in chart.render()
                                if one["kind"] in kinds])
        self.assertEqual([one["kind"] for one in chart.render(mine) if
                          "rbac" in one["apiVersion"]], [])

    def test_hook_that_upgrades_the_definition_may_do_that_alone(self):
        rules = chart.named(chart.render(), "ClusterRole", "-crds")["rules"]
        self.assertEqual(rules, [{
            "apiGroups": ["apiextensions.k8s.io"],
            "resources": ["customresourcedefinitions"],
            "resourceNames": ["prewarmpolicies.prewarm.dev"],
            "verbs": ["get", "patch"]}])

    def test_controller(self):
        ours = chart.named(chart.render({"controller": {
            "clusterWide": True, "tokenNamespaces": ["shop"],
            "public": {"enabled": True}}}),
            "Deployment", "-controller")["spec"]["template"]["spec"]
        self.same(ours, self.deploy("Deployment", "controller.yaml")[
            "spec"]["template"]["spec"], {"--lease"})

    def test_server(self):
        ours = self.server_of(chart.OLDEST)
        self.same(ours, self.deploy("Deployment", "sample-server.yaml")[
            "spec"]["template"]["spec"], {"--host", "--device", "--precision"})
        self.assertEqual(ours["readinessGates"], [
            {"conditionType": "prewarm.dev/warm"}])

    def server_of(self, version):
        return chart.named(chart.render(version=version), "Deployment",
                           "-server")["spec"]["template"]["spec"]

    def same(self, ours, theirs, chart_only):
        """The container as a whole; of the arguments the chart may have some
        more, whose values are the programs' defaults."""
        one, = ours["containers"]
        other, = theirs["containers"]
        more = [word for word in one["args"] if word not in other["args"]]
        self.assertEqual({word.split("=")[0] for word in more}, chart_only)
        self.assertLessEqual(set(other["args"]), set(one["args"]))
        for key in ("image", "ports", "startupProbe", "readinessProbe",
                    "livenessProbe", "resources", "securityContext",
                    "volumeMounts", "lifecycle"):
            self.assertEqual(one.get(key), other.get(key), key)
        self.assertEqual(ours["securityContext"], theirs["securityContext"])
        self.assertEqual(ours["terminationGracePeriodSeconds"],
                         theirs["terminationGracePeriodSeconds"])


if __name__ == "__main__":
    unittest.main()
