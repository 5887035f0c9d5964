"""All of it, as a person reads it, in two cases. PREWARM_GOLDEN=write writes
them anew: look at the difference before you commit it."""
import os
import re
import unittest

import chart
from combinations import COMBINATIONS

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = {
    "defaults": ({}, "1.31.0"),
    # What a shop would have, on an old cluster.
    "shop": (chart.merged(
        COMBINATIONS["autoscaler-under-a-policy"], COMBINATIONS["public"],
        COMBINATIONS["read-only"], COMBINATIONS["monitoring"],
        {"server": {"replicas": None}, "monitoring": {
            "dashboard": {"enabled": False},
            "prometheusRule": {"enabled": False}}}), "1.22.0"),
}


def settled(text):
    """Without what is drawn at random, and with the labels that all have on one
    line."""
    text = re.sub(
        r"( +)app.kubernetes.io/component: (\S+)\n"
        r"(?: +app.kubernetes.io/\S+: \S+\n)* +helm.sh/chart: \S+\n",
        r"\1(labels of \2)\n", text)
    text = re.sub(
        r"( +)app.kubernetes.io/component: (\S+)\n"
        r" +app.kubernetes.io/instance: \S+\n +app.kubernetes.io/name: \S+\n",
        r"\1(pods of \2)\n", text)
    text = re.sub(r"((?:token|accepted): )[A-Za-z0-9+/=]{64}", r"\1RANDOM",
                  text)
    return re.sub(r"(checksum/admin-token: )[0-9a-f]{64}", r"\1RANDOM", text)


class Golden(unittest.TestCase):
    maxDiff = None

    def test_rendered_as_before(self):
        for name, (values, version) in CASES.items():
            with self.subTest(name=name):
                made = settled(chart.template(values, version))
                path = os.path.join(HERE, "golden", f"{name}.yaml")
                if os.environ.get("PREWARM_GOLDEN") == "write":
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(made)
                with open(path, encoding="utf-8") as file:
                    self.assertEqual(made, file.read(), "fix: "
                                     "PREWARM_GOLDEN=write, where it is meant")


if __name__ == "__main__":
    unittest.main()
