"""What goes with the servers: pods on the same nodes, the Job that prepares for
them, the pod of `helm test`."""
import unittest

import chart
from combinations import APART, COMBINATIONS, ON_GPUS


class Nodes(unittest.TestCase):
    def test_what_is_for_the_servers_stands_on_their_nodes(self):
        objects = chart.render(COMBINATIONS["placed"])
        for kind, ending in (("DaemonSet", "-pre-pull"),
                             ("Deployment", "-placeholder"), ("Job", "")):
            component = "model" if kind == "Job" else None
            one = chart.named(objects, kind, ending, component)
            self.assertEqual(one["spec"]["template"]["spec"]["affinity"],
                             ON_GPUS, kind)

    def test_only_servers_keep_away_from_servers(self):
        server = chart.named(chart.render(COMBINATIONS["placed"]),
                             "Deployment", "-server")
        self.assertEqual(server["spec"]["template"]["spec"]["affinity"],
                         {**ON_GPUS, "podAntiAffinity": APART})
        only = chart.merged(COMBINATIONS["placed"], {"server": {
            "affinity": {"nodeAffinity": None}}})
        for name, pod in chart.pods(chart.render(only)):
            if not name.endswith(("-server", "-controller")):
                self.assertNotIn("affinity", pod["spec"], name)


class Prepare(unittest.TestCase):
    def test_prepares_with_all_that_a_server_is_told(self):
        """Its arguments may name files of a volume."""
        pod = chart.named(chart.render(COMBINATIONS["placed"]), "Job", "",
                          "model")["spec"]["template"]["spec"]
        prepare, = pod["containers"]
        self.assertIn("--config=/etc/mine/server.yaml", prepare["args"])
        self.assertIn({"name": "mine", "mountPath": "/etc/mine"},
                      prepare["volumeMounts"])
        self.assertIn({"name": "mine", "configMap": {"name": "mine"}},
                      pod["volumes"])

    def test_an_import_alone_needs_no_volume_of_the_servers(self):
        values = chart.merged(COMBINATIONS["placed"], {"store": {
            "readOnly": False}})
        pod = chart.named(chart.render(values), "Job", "", "model")["spec"][
            "template"]["spec"]
        self.assertNotIn("mine", [one["name"] for one in pod["volumes"]])


class Test(unittest.TestCase):
    """`helm test`."""

    def asks(self, values):
        pods = [one for one in chart.render(values) if one["kind"] == "Pod"]
        return [line.strip().split('"')[1] for pod in pods for line in
                pod["spec"]["containers"][0]["command"][-1].splitlines()
                if line.strip().startswith("ask ")]

    def test_asks_for_a_warm_server_where_there_has_to_be_one(self):
        warm = "a server is warm"
        self.assertIn(warm, self.asks({}))
        self.assertIn(warm, self.asks({"server": {"replicas": 1}}))
        self.assertNotIn(warm, self.asks({"server": {"replicas": 0}}))
        self.assertNotIn(warm, self.asks(COMBINATIONS["policy"]))
        self.assertNotEqual(self.asks({"server": {"replicas": 0}}), [])

    def test_asks_nobody_where_nobody_has_to_be_there(self):
        self.assertEqual(self.asks({"server": {"replicas": 0}, "controller": {
            "enabled": False}}), [])


if __name__ == "__main__":
    unittest.main()
