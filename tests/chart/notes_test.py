"""What helm tells after an installation, and the README that it packs."""
import os
import re
import unittest

import chart
from combinations import PROMETHEUS

OUTSIDE = {"controller": {"enabled": False}, "server": {"readinessGate": True}}
SCRAPED = {"monitoring": {"serviceMonitor": {"enabled": True}}}
OPEN = {"networkPolicy": {"enabled": False}}


def notes(values=None):
    told = chart.helm("install", "shop", chart.CHART, "--dry-run=client",
                      "--namespace", "photos", values=values or {})
    if re.search(r"<no value>|%!", told):
        raise AssertionError(told)
    return " ".join(told[told.index("NOTES:"):].split())


class Notes(unittest.TestCase):
    def test_notes_are_told(self):
        self.assertIn("WARNING: no model is imported", notes())
        self.assertIn("shop-prewarm-server", notes())

    def test_controller_from_outside_has_to_be_let_in(self):
        words = "None reaches the servers' port 8081 yet " \
            "(networkPolicy.controllersFrom is empty)"
        self.assertIn(words, notes(OUTSIDE))
        for more in (OPEN, {"networkPolicy": {
                "controllersFrom": [PROMETHEUS]}}):
            told = notes(chart.merged(OUTSIDE, more))
            self.assertIn("Secret shop-prewarm-admin-token", told)
            self.assertNotIn("controllersFrom", told)
        self.assertNotIn("controllersFrom", notes())

    def test_prometheus_has_to_be_let_in(self):
        self.assertIn("let nobody in (networkPolicy.metricsFrom is empty)",
                      notes(SCRAPED))
        for values in ({}, chart.merged(SCRAPED, OPEN), {
                **SCRAPED, "networkPolicy": {"metricsFrom": [PROMETHEUS]}}):
            self.assertNotIn("metricsFrom", notes(values))


class Readme(unittest.TestCase):
    def test_links_nothing_that_is_not_packed_with_it(self):
        with open(os.path.join(chart.CHART, "README.md"),
                  encoding="utf-8") as file:
            for link in re.findall(r"\]\(([^)]+)\)", file.read()):
                self.assertRegex(link, "^https://")


if __name__ == "__main__":
    unittest.main()
