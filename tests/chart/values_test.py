"""What the chart refuses, and in which words; and that it knows what the programs
know."""
import json
import os
import re
import unittest

import chart
from combinations import HOURS, NPM, SHARED

SIDECAR = {"sidecar": {"enabled": True}}


def modes(*names, **more):
    return {"accessModes": list(names), **more}


# A claim of yours that servers may write to, or one that nobody may.
BOTH = modes("ReadWriteOnce", "ReadOnlyMany", existingClaim="mine")
FILLED = modes("ReadOnlyMany", existingClaim="mine")

# Values, and what has to be said of them.
REFUSED = [
    ({"server": {"replica": 3}},
     r"'/server': additional properties 'replica' not allowed"),
    ({"sever": {}}, r"additional properties 'sever' not allowed"),
    ({"server": {"replicas": "3"}}, r"'/server/replicas': got string, want "
     "null or integer"),
    ({"server": {"replicas": -1}}, r"'/server/replicas': minimum"),
    ({"server": {"options": {"quue": 3}}},
     r"'/server/options': additional properties 'quue' not allowed"),
    ({"server": {"options": {"queue": 0}}}, r"'/server/options/queue': mini"),
    ({"server": {"options": {"store": "/x"}}},
     r"additional properties 'store' not allowed"),
    ({"server": {"device": "gpu"}},
     r"'/server/device': value must be one of 'auto', 'cpu', 'cuda'"),
    ({"server": {"image": {"digest": "abc"}}}, r"'/server/image/digest'"),
    ({"server": {"resources": {"limits": {"memory": "3 GB"}}}},
     r"'/server/resources/limits/memory'"),
    ({"server": {"ingress": {"enabled": True, "hosts": [{"host": "a.b"}]}}},
     r"'/server/ingress/hosts/0': missing property 'paths'"),
    ({"controller": {"replicas": 0}}, r"'/controller/replicas': minimum"),
    ({"controller": {"public": {"corsOrigins": ["https://a.b/"]}}},
     r"'/controller/public/corsOrigins/0'"),
    ({"store": {"type": "disk"}},
     r"'/store/type': value must be one of 'claim', 'emptyDir'"),
    ({"store": {"accessModes": ["RWX"]}}, r"'/store/accessModes/0': value"),
    ({"policies": {"Hours": HOURS["hours"]}},
     "invalid propertyName 'Hours'"),
    ({"policies": {"hours": {"windws": []}}},
     r"'/policies/hours': additional properties 'windws' not allowed"),
    ({"policies": {"hours": {"timeZone": "UTC"}}},
     r"'/policies/hours'.*missing property 'windows'"),
    ({"networkPolicy": {"metricsFrom": [{"namespace": "monitoring"}]}},
     r"additional properties 'namespace' not allowed"),
    ({"model": {"name": "Is Net"}}, r"'/model/name'"),
    ({"model": {"import": {"from": "web"}}}, r"'/model/import/from': value"),
    ({"placeholders": {"priorityClass": {"value": 5}}},
     r"'/placeholders/priorityClass/value': maximum"),
    ({"listenAddress": "localhost"}, r"'/listenAddress': value must be one of"),
    # What only the templates can say.
    ({**SHARED, "policies": HOURS, "server": {"replicas": 3}},
     "server.replicas: a policy of `policies` owns the number of replicas"),
    ({**SHARED, "policies": HOURS, "server": {"autoscaling": {
        "enabled": True, "minReplicas": 1}}},
     "server.autoscaling.minReplicas: a policy of `policies` raises it"),
    ({**SHARED, "server": {"replicas": 3, "autoscaling": {"enabled": True}}},
     "server.replicas: the autoscaler owns the number"),
    ({**SHARED, "server": {"autoscaling": {
        "enabled": True, "minReplicas": 9}}}, "minReplicas=9 is over"),
    ({"server": {"enabled": False}, "controller": {"enabled": False}},
     "both false: nothing would be installed"),
    ({"store": {"readOnly": True}}, "store.readOnly: the builder and the "
     r"servers.*\[ReadWriteMany\]"),
    ({"store": {"accessModes": ["ReadOnlyMany"]}},
     "store.accessModes: nothing could ever be written"),
    # Names of images, which Kubernetes would only refuse in a pod.
    ({"server": {"image": {"registry": "https://registry.example/"}}},
     "server.image.registry=https://registry.example/: a registry has no "
     "scheme and no slash at its end; take registry.example "),
    ({"toolsImage": {"registry": "docker.io/"}}, "toolsImage.registry=docker"),
    ({"controller": {"image": {"repository": "a/b:1.2"}}},
     "controller.image.repository=a/b:1.2: .* controller.image.tag and"),
    ({"pauseImage": {"repository": "pause@sha256:" + "a" * 64}},
     "pauseImage.repository=.*no digest"),
    # Budgets that let no pod go.
    ({"server": {"podDisruptionBudget": {"maxUnavailable": 0}}},
     "server.podDisruptionBudget.maxUnavailable=0: no node"),
    ({"server": {"podDisruptionBudget": {"maxUnavailable": "0%"}}},
     "maxUnavailable=0%: no node"),
    ({"controller": {"podDisruptionBudget": {"minAvailable": 2}}},
     "minAvailable=2: of controller.replicas=2 none may go.* take 1 or less"),
    ({"controller": {"podDisruptionBudget": {"minAvailable": "51%"}}},
     "minAvailable=51%: of controller.replicas=2 none may go"),
    ({"server": {"enabled": False}, "policies": HOURS},
     "policies.hours.targetRef is empty: .*server.enabled is false; name"),
    # Labels by which the chart finds its own pods.
    ({"commonLabels": {"app.kubernetes.io/name": "x"}},
     "commonLabels: app.kubernetes.io/name=x is no label of yours"),
    ({"server": {"podLabels": {"app.kubernetes.io/component": "x"}}},
     "server.podLabels: app.kubernetes.io/component=x .*take another key"),
    ({"controller": {"podLabels": {"app.kubernetes.io/instance": "x"}}},
     "controller.podLabels: app.kubernetes.io/instance=x"),
    # Several servers, and a store that one alone can have.
    ({"server": {"replicas": 2}},
     r"server.replicas=2: .*store.accessModes=\[ReadWriteOnce\] one alone .*"
     r"set store.accessModes=\[ReadWriteMany\]"),
    ({"server": {"autoscaling": {"enabled": True}}},
     "server.autoscaling.maxReplicas=4: several servers"),
    ({"policies": HOURS}, "policies.hours.replicas.max=3: several servers"),
    ({"server": {"replicas": 2}, "store": {"existingClaim": "mine"}},
     "server.replicas=2: several servers"),
    ({"server": {"replicas": 2}, "store": modes("ReadWriteOncePod")},
     r"store.accessModes=\[ReadWriteOncePod\] one alone"),
    # ReadOnlyMany is for several only where none of them writes.
    ({"server": {"replicas": 3}, "store": BOTH, "model": {"import": NPM}},
     "server.replicas=3: .*set store.readOnly=true"),
    ({"server": {"replicas": 3}, "store": FILLED},
     "store.readOnly=false: servers write .*set store.readOnly=true"),
    ({"store": FILLED}, "store.readOnly=false: servers write"),
    ({"store": {**FILLED, "readOnly": True}, "model": {"import": NPM}},
     r"model.import.from=npm: nobody may write .*\[ReadOnlyMany\]"),
    ({"store": {**BOTH, "readOnly": True, "existingClaim": ""}},
     r"store.readOnly: .*\[ReadWriteOnce, ReadOnlyMany\] lets nobody fill"),
    ({"store": modes("ReadWriteMany", "ReadWriteOncePod")},
     "Kubernetes takes ReadWriteOncePod with no other mode"),
    ({"store": {"type": "emptyDir", "readOnly": True}},
     "store.readOnly: an emptyDir .*set store.type=claim"),
    # A Job beside a server that has the only mount.
    ({"server": SIDECAR, "model": {"import": NPM}},
     r"model.import.from=npm: a Job .*\(store.accessModes=\[ReadWriteOnce\]"
     r"\); set store.accessModes=\[ReadWriteMany\], or fill"),
    ({"server": SIDECAR, "model": {"import": NPM},
      "store": modes("ReadWriteOncePod")}, "a Job would import it and wait"),
    ({"model": {"import": {**NPM, "runIn": "job"}}},
     "a Job would import it and wait.*, or model.import.runIn=pod, or fill"),
    ({"store": {**BOTH, "readOnly": True}, "model": {"import": NPM},
      "server": {"replicas": 3}}, "a Job would import it and wait"),
    ({"model": {"import": {**NPM, "runIn": "job"}}, "policies": {
        "nights": {"intent": {"enabled": True}}}}, "a Job would import it"),
    ({"store": {"type": "emptyDir"}, "server": {"sidecar": {
        "enabled": True}}}, "sidecar.enabled: .* set store.type=claim"),
    # What is copied into memory is memory of who copies it.
    ({**SHARED, "server": {"sidecar": {
        "enabled": True, "medium": "Memory", "resources": {
            "limits": {"memory": "256Mi"}}}}},
     "sidecar.resources.limits.memory=256Mi: .*Memory .*sizeLimit=4Gi; set "
     "it to 4224Mi or more, leave it out, or lower sizeLimit"),
    ({"model": {"name": "inspyrenet-fast", "import": {"from": "npm"}}},
     "model.import.from=npm brings isnet"),
    ({"model": {"import": {"from": "npm"}}},
     "model.import.npm.registry is empty: .*npm config get registry"),
    ({"model": {"import": {"from": "official"}}},
     "for isnet take npm, url or claim"),
    ({"model": {"import": {"from": "url"}}}, "model.import.url is empty"),
    ({"model": {"import": {"from": "url", "url": "http://a/b.onnx"}}},
     "model.import.sha256 is empty"),
    ({"model": {"import": {"from": "claim"}}}, "name .* and path .* needed"),
    ({"model": {"fastName": "inspyrenet-fast", "import": {"from": "npm"}}},
     "model.fastName=inspyrenet-fast: only .*official brings two"),
    ({**SHARED, "store": {"type": "emptyDir"}, "model": {"import": {
        "from": "npm", "runIn": "job"}}}, "an emptyDir is of one pod alone"),
    ({"store": {"accessModes": ["ReadWriteMany"], "readOnly": True},
      "model": {"import": {"from": "npm", "runIn": "pod"}}},
     "runIn=pod: the servers' store is read-only"),
    ({"adminToken": {"existingSecret": "mine", "rotation": "prepare"}},
     "adminToken.rotation: the Secret is yours"),
    ({"adminToken": {"rotation": "switch"}}, "rotation=prepare first"),
    ({"server": {"results": {"mode": "public"}}},
     r"'/server/results/mode': value must be one of 'private', 'asked', 'sh"),
    ({"server": {"results": {"mode": "asked"}}},
     "server.results.secretName is empty"),
    ({"server": {"results": {"mode": "asked", "secretName": "keys"}},
      "store": {"accessModes": ["ReadWriteMany"], "readOnly": True}},
     "server.results.dir is empty: the store is read-only"),
    ({"server": {"ingress": {"enabled": True}}}, "server.ingress.hosts is emp"),
    ({"server": {"httpRoute": {"enabled": True}}}, "parentRefs is empty"),
    ({"controller": {"public": {"ingress": {"enabled": True}}}},
     "need controller.public.enabled=true"),
    ({"placeholders": {"replicas": 1, "priorityClass": {"create": False}}},
     "would never give way"),
]


def refusal(values, version=chart.NEWEST):
    try:
        chart.template(values, version)
    except chart.Refused as error:
        return str(error)
    return "accepted"


def kebab(name):
    return "--" + re.sub(r"([A-Z])", lambda match: "-" + match[1].lower(),
                         name)


class Refusals(unittest.TestCase):
    def test_wrong_values_are_refused_in_clear_words(self):
        for values, words in REFUSED:
            with self.subTest(values=values):
                self.assertRegex(refusal(values), words)

    def test_clusters_that_are_too_old_are_refused(self):
        self.assertIn("1.20.0-0", refusal({}, "1.19.16"))

    def test_several_servers_may_have_a_store_of_their_own_or_a_shared_one(
            self):
        many = {"server": {"replicas": 2}}
        for values in ({**many, **SHARED}, {**many, "store": {
                "type": "emptyDir"}}, {"policies": {"one": {
                    "intent": {"enabled": True}}}}):
            self.assertEqual(refusal(values), "accepted")

    def test_what_a_policy_does_to_another_target_is_not_this_stores_matter(
            self):
        other = chart.merged(HOURS, {"hours": {"targetRef": {
            "kind": "Deployment", "name": "other"}}})
        self.assertEqual(refusal({"policies": other}), "accepted")
        mine = chart.merged(HOURS, {"hours": {"targetRef": {
            "kind": "Deployment", "name": "shop-prewarm-server"}}})
        self.assertRegex(refusal({"policies": mine}), "policies.hours.repl")

    def test_a_job_may_fill_the_store_of_one_server_while_there_is_none(self):
        for server, store in (({}, {}), (SIDECAR, {}), (SIDECAR, modes(
                "ReadWriteOncePod")), ({}, {**BOTH, "readOnly": True})):
            with self.subTest(server=server, store=store):
                values = {"server": {**server, "replicas": 0}, "store": store,
                          "model": {"import": {**NPM, "runIn": "job"}}}
                self.assertTrue(chart.named(chart.render(values), "Job", "",
                                            "model"))

    def test_several_servers_may_read_what_one_may_write(self):
        self.assertEqual(refusal({"server": {"replicas": 3}, "store": {
            **BOTH, "readOnly": True}}), "accepted")

    def test_one_server_may_write_where_many_could_read(self):
        self.assertEqual(refusal({"store": BOTH, "model": {"import": NPM}}),
                         "accepted")

    def test_budgets_that_let_a_pod_go_are_accepted(self):
        for values in (
                {"server": {"podDisruptionBudget": {"maxUnavailable": "1%"}}},
                {"controller": {"podDisruptionBudget": {
                    "minAvailable": "50%"}}},
                {"controller": {"replicas": 1, "podDisruptionBudget": {
                    "minAvailable": 1}}},
                {"server": {"podDisruptionBudget": {
                    "enabled": False, "maxUnavailable": 0}}}):
            self.assertEqual(refusal(values), "accepted")

    def test_registry_may_be_anywhere(self):
        for image in ({"registry": "localhost:5000/team"},
                      {"repository": "localhost:5000/prewarm/server"},
                      {"registry": "[2001:db8::1]:5000"}, {"registry": None}):
            self.assertEqual(refusal({"server": {"image": image}}), "accepted")

    def test_controller_alone_may_have_policies_that_say_their_target(self):
        self.assertEqual(refusal({"server": {"enabled": False}, "policies": {
            "other": {"targetRef": {"kind": "Deployment", "name": "other"},
                      "intent": {"enabled": True}}}}), "accepted")

    def test_an_umbrella_chart_may_give_globals(self):
        self.assertEqual(refusal({"global": {"x": 1}}), "accepted")


class Schema(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(chart.CHART, "values.schema.json"),
                  encoding="utf-8") as file:
            self.schema = json.load(file)
        self.values = chart.load_yaml(os.path.join(chart.CHART,
                                                   "values.yaml"))[0]

    def node(self, node):
        while "$ref" in node:
            node = self.schema["definitions"][node["$ref"].rsplit("/", 1)[1]]
        return node

    def test_schema_and_values_have_the_same_fields(self):
        def compare(values, node, path):
            node = self.node(node)
            if "properties" not in node:
                return
            self.assertIs(node["additionalProperties"], False, path)
            known = set(node["properties"])
            if path.endswith(("/options", "/resources")):
                self.assertLessEqual(set(values), known, path)
                return
            self.assertEqual(set(values) | {"global"} if not path else
                             set(values), known, path)
            for key, value in values.items():
                if isinstance(value, dict):
                    compare(value, node["properties"][key], f"{path}/{key}")
        compare(self.values, self.schema, "")

    def test_every_value_is_explained_in_the_documentation(self):
        with open(os.path.join(chart.ROOT, "docs", "helm.md"),
                  encoding="utf-8") as file:
            told = file.read()
        for key, value in self.values.items():
            names = [f"{key}.{name}" for name in value] if isinstance(
                value, dict) and value else [key]
            for name in names:
                self.assertRegex(told, rf"`{re.escape(name)}[`.\[]", name)

    def test_options_are_flags_of_the_server(self):
        known = chart.flags("inference-server")
        options = self.schema["properties"]["server"]["properties"][
            "options"]["properties"]
        ours = {kebab(name) for name in options}
        # Those that the chart sets by itself, or that make no sense in a pod.
        own = {"help", "version", "host", "port", "admin-port", "store",
               "model", "fast-model", "config", "device", "precision",
               "drain-timeout", "upload-token-secret-file",
                "admin-token-file", "prepare", "page-dir", "results",
                "results-secret-file", "results-dir", "results-ttl",
                "results-max-age", "results-max-mib"}
        self.assertEqual(ours | {f"--{name}" for name in own}, set(known))
        for name, node in options.items():
            match = re.search(r" in \[(\S+) (?:-|to) (\S+)\]",
                              known[kebab(name)])
            if match:
                self.assertEqual((node["minimum"], node["maximum"]),
                                 tuple(map(float, match.groups())), name)

    def test_options_are_flags_of_the_controller(self):
        known = chart.flags("warmup-controller", "run")
        options = self.schema["properties"]["controller"]["properties"][
            "options"]["properties"]
        self.assertLessEqual({kebab(name) for name in options}, set(known))


if __name__ == "__main__":
    unittest.main()
