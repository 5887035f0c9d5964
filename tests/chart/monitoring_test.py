"""Alerts and dashboard speak of metrics that there are."""
import json
import os
import re
import subprocess
import unittest

import chart

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = os.path.join(chart.CHART, "files")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def documented():
    """{metric: its labels}, with those that histograms have besides."""
    found = {}
    for line in read(chart.ROOT, "docs", "metrics.md").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        match = re.fullmatch(r"`(prewarm_\w+)`", cells[1]) if len(
            cells) > 4 else None
        if match:
            labels = set(re.findall(r"`(\w+)`", cells[3]))
            found.setdefault(match[1], set()).update(labels)
            if cells[2] == "histogram":
                for end in ("_bucket", "_count", "_sum"):
                    found.setdefault(match[1] + end, set()).update(
                        labels | {"le"})
    return found


class Monitoring(unittest.TestCase):
    def promtool(self, *arguments):
        program = os.environ.get("PROMTOOL")
        if not program:
            self.fail("PROMTOOL names no promtool (fix: make test-contract)")
        done = subprocess.run([program, *arguments], cwd=HERE, text=True,
                              stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_promtool_finds_nothing_wrong_with_the_alerts(self):
        self.promtool("check", "rules", os.path.join(FILES, "alerts.yaml"))

    def test_alerts_come_when_they_should(self):
        self.promtool("test", "rules", "alerts_cases.yaml")

    def test_every_alert_is_tested(self):
        named = set(re.findall(r"alert: (\w+)", read(FILES, "alerts.yaml")))
        cases = chart.load_yaml(os.path.join(HERE, "alerts_cases.yaml"))[0]
        fired, quiet = set(), set()
        for case in cases["tests"]:
            for one in case["alert_rule_test"]:
                (fired if one.get("exp_alerts") else quiet).add(
                    one["alertname"])
        self.assertEqual(named, fired)
        self.assertEqual(named, quiet)

    def test_metrics_and_labels_are_documented(self):
        known = documented()
        self.assertGreater(len(known), 40)
        # What Prometheus adds to a target's series.
        common = {"namespace", "pod", "job"}
        texts = {"alerts": read(FILES, "alerts.yaml")}
        for panel in json.loads(read(FILES, "dashboard.json"))["panels"]:
            for target in panel.get("targets", []):
                texts[panel["title"] + target["refId"]] = target["expr"]
        self.assertGreater(len(texts), 20)
        for name, text in texts.items():
            for metric, labels in re.findall(
                    r"(prewarm_\w+)(?:\{(.*?)\})?(?=[\[ )<>]|$)", text,
                    re.M):
                self.assertIn(metric, known, name)
                self.assertLessEqual(
                    set(re.findall(r"(\w+)[=!]", labels)),
                    known[metric] | common, f"{name}: {metric}")

    def test_dashboard_has_no_panel_twice_and_none_over_another(self):
        panels = json.loads(read(FILES, "dashboard.json"))["panels"]
        ids = [panel["id"] for panel in panels]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in panels:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                     for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(at["x"] + at["w"], 24)
            taken |= cells

    def test_what_is_rendered_are_these_files(self):
        objects = chart.render({"monitoring": {
            "prometheusRule": {"enabled": True},
            "dashboard": {"enabled": True}}})
        self.assertEqual(
            chart.named(objects, "PrometheusRule")["spec"],
            chart.parse_yaml(read(FILES, "alerts.yaml"))[0])
        self.assertEqual(
            json.loads(chart.named(objects, "ConfigMap")["data"][
                "prewarm.json"]), json.loads(read(FILES, "dashboard.json")))


if __name__ == "__main__":
    unittest.main()
