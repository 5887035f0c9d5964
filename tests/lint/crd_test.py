"""deploy/kubernetes/ says what the controller does: the schema of a policy has
the reader's fields, limits and defaults, the variants differ where they mean
to. No cluster: what a server makes of them is tests/e2e/test_crd.py."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema as s  # noqa: E402

CONTROLLER = os.environ.get("PREWARM_CONTROLLER", os.path.join(
    s.ROOT, "build", "bin", "warmup-controller"))

# What only files can have: docs/policies.md, "In a cluster".
ONLY_IN_FILES = {"spec.except.calendars[].file"}
LOCAL_KINDS = {"LocalProcess", "FixedUrls"}

# Where policy.h keeps the default of a field.
DEFAULTS = {
    "spec.replicas.max": "Policy.max_replicas",
    "spec.suspend": "Policy.suspend",
    "spec.dryRun": "Policy.dry_run",
    "spec.windows[].replicas": "Window.replicas",
    "spec.warmup.path": "WarmupCall.path",
    "spec.warmup.port": "WarmupCall.port",
    "spec.warmup.timeout": "WarmupCall.timeout",
    "spec.warmup.parallelism": "WarmupCall.parallelism",
    "spec.warmup.retries": "WarmupCall.retries",
    "spec.warmup.jitter": "WarmupCall.jitter",
    "spec.warmup.reverify": "WarmupCall.reverify",
    "spec.scaleDown.delay": "ScaleDown.delay",
    "spec.intent.enabled": "Intent.enabled",
    "spec.intent.replicas": "Intent.replicas",
    "spec.intent.maxReplicas": "Intent.max_replicas",
    "spec.intent.ratePerMinute": "Intent.rate_per_minute",
    "spec.intent.dailyInstanceHours": "Intent.daily_instance_hours",
}
# Those that are no number or text there.
WORDS = {
    "spec.timeZone": "UTC",
    "spec.replicas": {},
    "spec.leadTime.mode": "auto",
    "spec.scaleDown.keepIfNextWindowWithin": "auto",
    "spec.dst.gap": "shift",
    "spec.dst.overlap": "once",
    "spec.intent.ttl": "auto",
}
# The server may not fill these in: in mode fixed they would be refused, and a
# declared min of 0 means more than none. Their descriptions say them.
TOLD = {"spec.replicas.min": "Policy.min_replicas",
        "spec.leadTime.min": "LeadTime.min",
        "spec.leadTime.max": "LeadTime.max",
        "spec.leadTime.quantile": "LeadTime.quantile"}

ITEMS = {"spec.windows": "kMaxWindows",
         "spec.windows[].days": "kMaxDaysOfWeek",
         "spec.except.dates": "kMaxExceptDates",
         "spec.except.calendars": "kMaxCalendars"}
NUMBERS = {"spec.replicas.min": (0, "kMaxReplicas"),
           "spec.replicas.max": (1, "kMaxReplicas"),
           "spec.windows[].replicas": (1, "kMaxReplicas"),
           "spec.override.replicas": (0, "kMaxReplicas"),
           "spec.intent.replicas": (1, "kMaxReplicas"),
           "spec.intent.maxReplicas": (1, "kMaxReplicas"),
           "spec.intent.ratePerMinute": (1, "kMaxRatePerMinute"),
           "spec.intent.dailyInstanceHours": ("kMinHours", "kMaxHours"),
           "spec.budget.instanceHoursPerDay": ("kMinHours", "kMaxHours"),
           "spec.warmup.parallelism": (1, "kMaxParallelism"),
           "spec.warmup.retries": (0, "kMaxRetries")}
RANGES = {"spec.windows[].duration": "kWindowDuration",
          "spec.leadTime.min": "kLead", "spec.leadTime.max": "kLead",
          "spec.leadTime.fixed": "kLead",
          "spec.warmup.timeout": "kWarmupTimeout",
          "spec.warmup.jitter": "kJitter", "spec.warmup.reverify": "kReverify",
          "spec.scaleDown.delay": "kScaleDownDelay",
          "spec.scaleDown.keepIfNextWindowWithin": "kScaleDownDelay",
          "spec.intent.ttl": "kIntentTtl"}


class Fields(unittest.TestCase):
    def test_every_reading_function_is_looked_at(self):
        self.assertEqual(set(s.reader_files()), set(s.READERS) | s.OTHERS)
        for file, places in s.READERS.items():
            reading = {name for name, body in s.functions(file).items()
                       if s.reads_fields(body)}
            self.assertEqual(reading, set(places), file)

    def test_schema_has_the_fields_of_the_reader(self):
        known, _ = s.reader_fields()
        self.assertEqual(set(s.spec_nodes()), known - ONLY_IN_FILES)

    def test_schema_requires_what_the_reader_requires(self):
        _, required = s.reader_fields()
        spec = s.schema()["properties"]["spec"]
        found = {f"spec.{key}" for key in spec["required"]}
        for path, node in s.spec_nodes().items():
            one = node.get("items", node)
            place = path + "[]" if "items" in node else path
            found |= {f"{place}.{key}" for key in one.get("required", ())}
        # A calendar is a ConfigMap's key where there are no files.
        self.assertEqual(found, required | {
            "spec.except.calendars[].configMap", "spec.except.calendars[].key"})

    def test_every_field_is_explained(self):
        for path, node in s.nodes(s.schema()):
            if path.count(".") or path == "status":
                self.assertIn("description", node, path)

    def test_nothing_unknown_is_kept(self):
        self.assertNotIn("x-kubernetes-preserve-unknown-fields",
                         str(s.schema()))


class Values(unittest.TestCase):
    def test_defaults_are_those_of_the_reader(self):
        nodes = s.spec_nodes()
        found = {path: node["default"] for path, node in nodes.items()
                 if "default" in node}
        ours = s.struct_defaults()
        expected = dict(WORDS)
        for path, member in DEFAULTS.items():
            expected[path] = self.value(*ours[member])
            if isinstance(found.get(path), str) and "chrono" in ours[member][0]:
                found[path] = s.seconds(found[path])
        self.assertEqual(found, expected)

    def test_defaults_that_can_not_be_filled_in_are_told(self):
        nodes, ours = s.spec_nodes(), s.struct_defaults()
        for path, member in TOLD.items():
            self.assertNotIn("default", nodes[path])
            told = re.search(r"; (\S+) by default\.",
                             nodes[path]["description"])[1]
            self.assertEqual(
                s.seconds(told) if told[-1].isalpha() else float(told),
                self.value(*ours[member]), path)

    @staticmethod
    def value(kind, text):
        if "chrono" in kind:
            return s.number(text, {}) * (0.001 if "milli" in kind else 1)
        if kind.endswith("string"):
            return text.strip('"')
        return {"true": True, "false": False}.get(text) \
            if kind.endswith("bool") else s.number(text, {})

    def test_limits_are_those_of_the_reader(self):
        nodes, known = s.spec_nodes(), s.constants()
        for path, name in ITEMS.items():
            self.assertEqual(nodes[path]["maxItems"], known[name], path)
        for path, ends in NUMBERS.items():
            self.assertEqual(
                (nodes[path]["minimum"], nodes[path]["maximum"]),
                tuple(known.get(end, end) for end in ends), path)

    def test_every_list_and_number_has_a_limit(self):
        for path, node in s.spec_nodes().items():
            if node.get("type") == "array":
                self.assertIn(path, ITEMS)
            elif node.get("type") in ("integer", "number"):
                self.assertTrue(path in NUMBERS or path in TOLD, path)

    def test_durations_have_the_limits_of_the_reader(self):
        nodes, known = s.spec_nodes(), s.constants()
        for path, name in RANGES.items():
            rule = nodes[path][s.CEL][0]["rule"]
            least = re.search(r">= duration\('(\w+)'\)", rule)
            most = re.search(r"<= duration\('(\w+)'\)", rule)
            self.assertEqual((s.seconds(least[1]) if least else 0,
                              s.seconds(most[1])), known[name], path)
        self.assertEqual(
            {path for path, node in nodes.items()
             if "h)?" in node.get("pattern", "")}, set(RANGES))

    def test_kinds_are_those_of_the_reader(self):
        body = s.functions("read_target.cc")["TargetKinds"]
        known = dict(re.findall(r'\{"(\w+)", \{(.*?)\}\}', body))
        kind = s.spec_nodes()["spec.targetRef.kind"]
        self.assertEqual(set(kind["enum"]), set(known) - LOCAL_KINDS)
        versions = s.spec_nodes()["spec.targetRef"]["allOf"]
        told = {name: set(one["anyOf"][1]["properties"]["apiVersion"]["enum"])
                for one in versions
                for name in one["anyOf"][0]["not"]["properties"]["kind"]["enum"]}
        self.assertEqual(told, {
            name: set(re.findall(r'"(.*?)"', known[name]))
            for name in kind["enum"]})


class Manifests(unittest.TestCase):
    def load(self, *path):
        return s.load_yaml(os.path.join(s.DEPLOY, *path))

    def object(self, kind, *path):
        found = [one for one in self.load(*path) if one["kind"] == kind]
        return found[0]

    def test_rights_in_one_namespace_are_those_in_all(self):
        self.assertEqual(
            self.object("ClusterRole", "kubernetes", "rbac.yaml")["rules"],
            self.object("Role", "kubernetes-namespaced", "rbac.yaml")["rules"])

    def test_rights_name_what_they_are_for(self):
        for rule in self.object("ClusterRole", "kubernetes",
                                "rbac.yaml")["rules"]:
            self.assertNotIn("*", rule["apiGroups"] + rule["resources"]
                             + rule["verbs"])
            self.assertNotIn("secrets", rule["resources"])

    def test_every_cel_rule_is_taken_out_for_old_servers(self):
        def places(node, path):
            for key, child in node.items() if isinstance(node, dict) else \
                    enumerate(node) if isinstance(node, list) else ():
                if key == s.CEL:
                    yield f"{path}/{key}"
                else:
                    yield from places(child, f"{path}/{key}")
        removed = self.load("kubernetes-1.20", "without-cel.yaml")[0]
        self.assertEqual({one["op"] for one in removed}, {"remove"})
        self.assertEqual(
            [one["path"] for one in removed],
            list(places(s.schema(), "/spec/versions/0/schema/openAPIV3Schema")))

    def test_pods_keep_to_the_restricted_profile(self):
        for file in ("controller.yaml", "sample-server.yaml"):
            pod = self.object("Deployment", "kubernetes", file)[
                "spec"]["template"]["spec"]
            self.assertTrue(pod["securityContext"]["runAsNonRoot"])
            self.assertEqual(pod["securityContext"]["seccompProfile"],
                             {"type": "RuntimeDefault"})
            for one in pod["containers"]:
                self.assertEqual(one["securityContext"], {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]}})
                self.assertIn("memory", one["resources"]["limits"])

    def test_controller_is_started_with_options_that_it_has(self):
        known = set(re.findall(r"^ +(--[a-z-]+)", subprocess.run(
            [CONTROLLER, "run", "--help"], capture_output=True, text=True,
            check=True).stdout, re.M))
        command, *options = self.object("Deployment", "kubernetes",
                                        "controller.yaml")["spec"]["template"][
            "spec"]["containers"][0]["args"]
        self.assertEqual(command, "run")
        self.assertLessEqual({one.split("=")[0] for one in options}, known)
        self.assertIn("--namespace", known)  # of kubernetes-namespaced

    def test_sample_policy_means_the_sample_server(self):
        policy = self.object("PrewarmPolicy", "kubernetes",
                             "sample-policy.yaml")
        server = self.object("Deployment", "kubernetes", "sample-server.yaml")
        self.assertEqual(policy["spec"]["targetRef"]["name"],
                         server["metadata"]["name"])
        self.assertEqual(policy["metadata"]["namespace"],
                         server["metadata"]["namespace"])
        ports = server["spec"]["template"]["spec"]["containers"][0]["ports"]
        self.assertIn(s.spec_nodes()["spec.warmup.port"]["default"],
                      [port["name"] for port in ports])


if __name__ == "__main__":
    unittest.main()
