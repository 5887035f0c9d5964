"""The sidecar beside a server: when it runs, and that it has room for its copy."""
import unittest

import chart
from combinations import COMBINATIONS, SHARED
from values_test import refusal

UNITS = {"Mi": 2 ** 20, "Gi": 2 ** 30, "M": 10 ** 6, "": 1}


def size(quantity):
    number = quantity.rstrip("MGi")
    return float(number) * UNITS[quantity[len(number):]]


def server(values):
    return chart.named(chart.render(values), "Deployment", "-server")["spec"]


def sidecar(**values):
    """Its container, of a shared store."""
    spec = server({**SHARED, "server": {"sidecar": {
        "enabled": True, **values}}})
    one, = spec["template"]["spec"]["initContainers"]
    return one


def in_memory(**values):
    return sidecar(medium="Memory", **values)["resources"]


class Sidecar(unittest.TestCase):
    def test_sidecar_starts_before_the_server_and_ends_after_it(self):
        pod = server(COMBINATIONS["sidecar"])["template"]["spec"]
        sidecar, = pod["initContainers"]
        self.assertEqual(sidecar["restartPolicy"], "Always")
        self.assertEqual(sidecar["startupProbe"]["httpGet"],
                         {"path": "/startupz", "port": "sidecar"})
        volumes = {one["name"]: one for one in pod["volumes"]}
        self.assertIn("emptyDir", volumes["store"])
        self.assertIn("persistentVolumeClaim", volumes["shared"])

    def test_sidecar_is_refused_where_it_would_never_start(self):
        values = {**SHARED, "server": {"sidecar": {"enabled": True}}}
        self.assertRegex(refusal(values, "1.28.9"),
                         "needs Kubernetes 1.29 or later .* this is v1.28.9")
        self.assertEqual(refusal(values, "1.29.0"), "accepted")

    def test_it_copies_so_many_states_as_it_is_told(self):
        self.assertIn("--states=3", sidecar()["args"])
        self.assertIn("--states=0", sidecar(states=0)["args"])


class Memory(unittest.TestCase):
    """What is written to a tmpfs counts as memory of the container that wrote."""

    def test_whoever_copies_into_memory_may_have_all_of_it(self):
        for name, values in COMBINATIONS.items():
            about = values.get("server", {}).get("sidecar", {})
            if about.get("medium") != "Memory":
                continue
            with self.subTest(name=name):
                pod = server(values)["template"]["spec"]
                store, = [one["emptyDir"] for one in pod["volumes"]
                          if one["name"] == "store"]
                self.assertEqual(store["medium"], "Memory")
                limit = pod["initContainers"][-1]["resources"]["limits"]
                self.assertGreaterEqual(
                    size(limit["memory"]),
                    size(store["sizeLimit"]) + size("128Mi"))

    def test_a_copy_on_a_disk_takes_no_memory(self):
        self.assertEqual(sidecar()["resources"], {
            "requests": {"cpu": "100m", "memory": "64Mi"},
            "limits": {"memory": "256Mi"}})

    def test_memory_follows_the_size_however_that_is_written(self):
        for told, memory in (("4Gi", 4096), ("0.5Gi", 512), ("1073741824", 1024),
                             (1073741824, 1024), ("1e9", 954), ("700M", 668),
                             ("1Ti", 2 ** 20), ("1000000k", 954),
                             ("1048576000m", 1), ("1E", 953674316407)):
            with self.subTest(told=told):
                made = in_memory(sizeLimit=told)
                for kind in ("requests", "limits"):
                    self.assertEqual(made[kind]["memory"],
                                     f"{memory + 128}Mi")

    def test_a_limit_that_has_room_is_kept(self):
        self.assertEqual(in_memory(sizeLimit="1Gi", resources={
            "limits": {"memory": "1152Mi"}})["limits"]["memory"], "1152Mi")
        self.assertRegex(refusal({**SHARED, "server": {"sidecar": {
            "enabled": True, "medium": "Memory", "sizeLimit": "1Gi",
            "resources": {"limits": {"memory": "1151Mi"}}}}}),
            "set it to 1152Mi or more")


if __name__ == "__main__":
    unittest.main()
