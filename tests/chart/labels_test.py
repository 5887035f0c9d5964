"""Labels, annotations and names: none twice, what selects is the chart's, a Job's name
tells which ones it has, and text stays text."""
import re
import unittest

import chart
from combinations import COMBINATIONS

OURS = {"helm.sh/chart": "mine", "app.kubernetes.io/version": "mine",
        "app.kubernetes.io/managed-by": "mine",
        "app.kubernetes.io/part-of": "mine", "team": "mine"}
# Each place where somebody may name a key that the chart has, too.
EVERYWHERE = chart.merged(
    COMBINATIONS["monitoring"], COMBINATIONS["read-only"], {
        "commonLabels": OURS,
        "store": {"annotations": {"helm.sh/resource-policy": "delete"}},
        "monitoring": {kind: {"labels": {
            **OURS, "app.kubernetes.io/instance": "kube-prometheus-stack"}}
            for kind in ("serviceMonitor", "prometheusRule", "dashboard")},
        **{one: {"podLabels": {**OURS, "team": "its own"}, "podAnnotations": {
            "checksum/admin-token": "mine"}}
            for one in ("server", "controller")}})


def repeated_keys(text):
    """Lines of a block's mapping whose key stood there already. Only plain keys
    on lines of their own, which is how labels and annotations are written."""
    found, seen = [], {}
    for line in text.splitlines():
        match = re.match(r"( *)([\w./-]+):(?: |$)", line)
        if not match:
            if line.startswith("---") or re.match(r" *- ", line):
                seen = {}
            continue
        indent, key = len(match[1]), match[2]
        for deeper in [one for one in seen if one > indent]:
            del seen[deeper]
        if key in seen.setdefault(indent, set()):
            found.append(line)
        seen[indent].add(key)
    return found


class Keys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = chart.template(EVERYWHERE)
        cls.objects = [one for one in chart.parse_yaml(cls.text) if one]

    def about(self, kind, ending=""):
        return chart.named(self.objects, kind, ending)["metadata"]

    def pod(self, ending):
        return chart.named(self.objects, "Deployment", ending)["spec"][
            "template"]["metadata"]

    def test_no_key_is_written_twice(self):
        self.assertEqual(repeated_keys("a:\n  b: 1\n  c: 2\n  b: 3\n"),
                         ["  b: 3"])
        self.assertEqual(repeated_keys(self.text), [])

    def test_common_labels_are_yours_but_for_what_helm_needs(self):
        labels = self.about("Service", "-server")["labels"]
        self.assertEqual({key: labels[key] for key in OURS}, {
            **OURS, "helm.sh/chart": "prewarm-0.1.0",
            "app.kubernetes.io/managed-by": "Helm"})

    def test_labels_of_pods_win_over_common_ones(self):
        for ending in ("-server", "-controller"):
            self.assertEqual(self.pod(ending)["labels"]["team"], "its own")

    def test_objects_that_others_look_for_have_the_labels_they_look_for(self):
        for kind, ending in (("ServiceMonitor", ""), ("PodMonitor", ""),
                             ("PrometheusRule", ""),
                             ("ConfigMap", "-dashboard")):
            self.assertEqual(self.about(kind, ending)["labels"][
                "app.kubernetes.io/instance"], "kube-prometheus-stack", kind)
        # Which Services they scrape is not changed by that.
        self.assertEqual(
            chart.named(self.objects, "ServiceMonitor")["spec"]["selector"][
                "matchLabels"]["app.kubernetes.io/instance"], "shop")

    def test_another_token_makes_other_pods_whatever_is_annotated(self):
        for ending in ("-server", "-controller"):
            self.assertRegex(self.pod(ending)["annotations"][
                "checksum/admin-token"], "^[0-9a-f]{64}$")

    def test_keeping_the_claim_is_what_store_keep_says(self):
        self.assertEqual(self.about("PersistentVolumeClaim")["annotations"],
                         {"helm.sh/resource-policy": "keep"})

    def test_pods_without_annotations_have_none(self):
        objects = chart.render({"adminToken": {"existingSecret": "mine"}})
        for _, pod in chart.pods(objects):
            self.assertNotIn(None, pod["metadata"].values())


class Names(unittest.TestCase):
    # Whatever has such a key is text, wherever it stands.
    TEXTS = {"name", "namespace", "image", "key", "path", "value", "host",
             "secretName", "claimName", "serviceAccountName",
             "priorityClassName", "runtimeClassName", "ingressClassName"}

    def texts(self, node, where):
        """(where, value) of all that has to be text."""
        if isinstance(node, list):
            for index, one in enumerate(node):
                yield from self.texts(one, f"{where}/{index}")
        elif isinstance(node, dict):
            for key, one in node.items():
                if key in self.TEXTS and not isinstance(one, dict):
                    yield f"{where}/{key}", one
                elif key in ("args", "command", "labels", "matchLabels",
                             "annotations"):
                    for each in one if isinstance(one, list) else \
                            one.values():
                        yield f"{where}/{key}", each
                else:
                    yield from self.texts(one, f"{where}/{key}")

    def test_names_that_look_like_numbers_stay_text(self):
        objects = chart.render(
            {**COMBINATIONS["names-like-numbers"], "fullnameOverride": "2030"},
            name="10", namespace="123")
        told = set()
        for one in objects:
            about = f"{one['kind']} {one['metadata']['name']}"
            if one["kind"] == "PrometheusRule":
                one = {**one, "spec": {}}
            for where, text in self.texts(one, about):
                self.assertIsInstance(text, str, where)
                told.add(text)
        self.assertLessEqual({"0x10", "0x11", "12345", "12:30", "123", "true",
                              "1.5", "/x: y", "1e1", "1e2", "1e0", "2030",
                              "2030-01-01", "7", "8", "no", "0o7", "1e3", "10",
                              "1e5"}, told)


class Job(unittest.TestCase):
    """Kubernetes never changes the template of a Job that is there."""

    def test_job_of_another_template_has_another_name(self):
        """All that values may change of a Job, one after the other."""
        there = {}
        for more in ({}, {"commonLabels": {"team": "shop"}},
                     {"nameOverride": "other", "fullnameOverride":
                      "shop-prewarm"}, {"server": {"priorityClassName": "x"}},
                     {"server": {"podLabels": {"a": "b"}}},
                     {"server": {"precision": "fp32"}},
                     {"model": {"import": {"deadline": 60}}}):
            values = chart.merged(COMBINATIONS["read-only"], more)
            job = chart.named(chart.render(values), "Job", "", "model")
            name, template = job["metadata"]["name"], job["spec"]["template"]
            self.assertEqual(there.setdefault(name, template), template, more)
        self.assertEqual(len(there), 4)

    def test_job_has_another_name_when_it_does_something_else(self):
        def name(**more):
            return chart.named(chart.render(chart.merged(
                COMBINATIONS["read-only"], more)), "Job",
                "", "model")["metadata"]["name"]
        first = name()
        self.assertEqual(first, name())
        self.assertEqual(first, name(server={"replicas": 5}))
        self.assertNotEqual(first, name(server={"precision": "fp32"}))
        self.assertNotEqual(first, name(model={"import": {"npm": {
            "model": "small"}}}))


if __name__ == "__main__":
    unittest.main()
