"""prewarm-model compare, with the real network."""
import html.parser
import json
import os
import subprocess
import tempfile
import unittest

import pictures
import server

PROGRAM = os.path.join(os.path.dirname(server.BINARY), "prewarm-model")


class Page(html.parser.HTMLParser):
    """Which elements a page has, and what its pictures point at."""

    def __init__(self, text):
        super().__init__()
        self.elements = set()
        self.sources = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        self.sources += [value for name, value in attributes
                         if name in ("src", "href")]


class CompareProgram(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="prewarm-compare-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(self.path("images"))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, folder, name, data):
        os.makedirs(self.path(folder), exist_ok=True)
        with open(self.path(folder, name), "wb") as file:
            file.write(data)

    def compare(self, *arguments):
        return subprocess.run(
            [PROGRAM, "compare", *arguments, "--images", self.path("images"),
             "--store", server.STORE],
            capture_output=True, text=True, timeout=120, check=False)

    def test_the_mattes_compared_are_those_that_the_server_sends(self):
        started = server.Server("--precision", "fp32")
        self.addCleanup(started.stop)
        started.warm()
        for name in ("figure.jpg", "figure-turned.jpg", "figure.webp"):
            data = pictures.load(name)
            stem = name.replace(".", "-")
            self.write("images", stem + os.path.splitext(name)[1], data)
            mask = started.process_raw(data, "?output=mask", "image/jpeg")
            self.assertEqual(mask.status, 200, mask.body[:300])
            self.write("truth", stem + ".png", mask.body)
        done = self.compare("isnet@fp32", "isnet@fp32", "--json",
                            "--truth", self.path("truth"))
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(len(found["pictures"]), 3)
        for picture in found["pictures"]:
            self.assertEqual(picture["b_to_a"]["mae"], 0)
            self.assertLess(picture["a_to_truth"]["mae"], 1e-4)
            self.assertEqual(picture["a_to_truth"]["iou"], 1)

    def test_the_table_fits_a_terminal_and_the_page_needs_no_network(self):
        name = "<b>&" + "x" * 90 + ".jpg"
        self.write("images", name, pictures.load("figure.jpg"))
        self.write("images", "damaged.jpg", pictures.load("figure.jpg")[:300])
        done = self.compare("isnet@fp32", "isnet@bf16",
                            "--out", self.path("report.html"))
        if "has only fp32" in done.stderr:
            self.skipTest("no bf16 on this machine")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("skipped damaged.jpg: ", done.stderr)
        self.assertIn("1 picture, 1 skipped", done.stdout)
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)
        with open(self.path("report.html"), encoding="utf-8") as file:
            text = file.read()
        page = Page(text)
        self.assertLessEqual({"table", "img"}, page.elements)
        self.assertFalse({"script", "b", "link"} & page.elements)
        for source in page.sources:
            self.assertTrue(source.startswith("data:image/jpeg;base64,"))
        self.assertIn("&lt;b&gt;&amp;xxx", text)

    def test_bf16_makes_nearly_the_mattes_of_fp32(self):
        self.write("images", "figure.jpg", pictures.load("figure.jpg"))
        done = self.compare("isnet@fp32", "isnet@bf16", "--json")
        if "has only fp32" in done.stderr:
            self.skipTest("no bf16 on this machine")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual((found["a"], found["b"]),
                         ("isnet@fp32", "isnet@bf16"))
        scores = found["pictures"][0]["b_to_a"]
        self.assertGreater(scores["mae"], 0)
        self.assertLess(scores["mae"], 0.005)
        self.assertGreater(scores["iou"], 0.98)

    def test_what_is_wrong_is_named_with_the_way_out(self):
        done = self.compare("isnet@int4", "isnet")
        self.assertEqual(done.returncode, 2)
        self.assertIn("the precision is auto, fp32", done.stderr)
        done = self.compare("isnet", "isnet")
        self.assertEqual(done.returncode, 1)
        self.assertIn("it takes .jpg", done.stderr)
        self.write("images", "figure.jpg", b"text")
        done = self.compare("isnet", "swin")
        self.assertEqual(done.returncode, 1)
        self.assertIn("prewarm-model import", done.stderr)
        done = self.compare("isnet", "isnet")
        self.assertEqual(done.returncode, 1)
        self.assertIn("none of 1 pictures", done.stderr)


if __name__ == "__main__":
    unittest.main()
