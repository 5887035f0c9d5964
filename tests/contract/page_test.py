"""The page: that of the program or of a folder, and what it is told."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse

import server

OWN = ("default-src 'none'; script-src 'self'; style-src 'self'; ")


class Shop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = server.shared()

    def parts(self):
        """The files that the page names, and those that these import."""
        found, todo = set(), ["/"]
        while todo:
            path = todo.pop()
            if path in found:
                continue
            reply = self.server.get(path)
            self.assertEqual(reply.status, 200, path)
            found.add(path)
            text = reply.body.decode()
            if path == "/":
                todo += re.findall(r'(?:src|href)="(/[\w./-]+)"', text)
            if path.endswith(".js"):
                todo += [urllib.parse.urljoin(path, name) for name in re.findall(
                    r"(?:from|import\(?) ?'(\.?[\w./-]+\.js)'", text)]
        return found - {"/openapi.json", "/health"}

    def test_every_part_has_its_type_its_policy_and_an_entity_tag(self):
        parts = self.parts()
        self.assertLess({"/page.js", "/page.css", "/storefront/element.js",
                         "/storefront/texts/de.js"}, parts)
        types = {".js": "text/javascript", ".css": "text/css",
                 ".svg": "image/svg+xml", ".json": "application/json"}
        for path in parts:
            reply = self.server.get(path)
            kind = types.get(os.path.splitext(path)[1], "text/html")
            self.assertTrue(reply.headers["content-type"].startswith(kind),
                            path)
            self.assertEqual(reply.headers["cache-control"], "no-cache", path)
            if path != "/shop.json":
                self.assertTrue(reply.headers["content-security-policy"]
                                .startswith(OWN), path)
                self.assertRegex(reply.headers["etag"], r'^"[0-9a-f]{32}"$')

    def test_what_a_browser_has_is_not_sent_again(self):
        for path in ("/", "/page.js", "/storefront/index.js"):
            tag = self.server.get(path).headers["etag"]
            again = self.server.get(path, {"If-None-Match": tag})
            self.assertEqual((again.status, again.body), (304, b""), path)
            self.assertEqual(again.headers["etag"], tag)
            other = self.server.get(path, {"If-None-Match": '"0"'})
            self.assertEqual(other.status, 200, path)

    def test_no_module_has_to_be_found_inside_another_one(self):
        page = self.server.get("/").body.decode()
        at_once = set(re.findall(r'<link rel="modulepreload" href="([^"]+)"',
                                 page)) | {"/page.js"}
        for path in self.modules():
            for name in re.findall(r"^(?:import|export) [^;=]*?'(\.[^']+)';",
                                   self.server.get(path).body.decode(),
                                   re.MULTILINE):
                self.assertIn(urllib.parse.urljoin(path, name), at_once, path)

    def modules(self):
        """Those that begin with the page, the languages not included."""
        return {path for path in self.parts() if path.endswith(".js")
                and not path.startswith("/storefront/texts/")}

    def test_nothing_of_the_page_is_inline(self):
        page = self.server.get("/").body.decode()
        self.assertNotRegex(page, r"<style|\sstyle=|\son\w+=|javascript:")
        self.assertEqual(re.findall(r"<script(?![^>]*\ssrc=)", page), [])

    def test_without_a_controller_the_page_is_told_of_none(self):
        self.assertEqual(self.server.get("/shop.json").json(),
                         {"controller": None, "target": None})
        policy = self.server.get("/").headers["content-security-policy"]
        self.assertIn("connect-src 'self';", policy)


class OwnPage(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="prewarm-page-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self, *arguments):
        started = server.Server("--page-dir", self.folder, *arguments,
                                "--warm-on-start", "false")
        self.addCleanup(started.stop)
        return started

    def refusal(self, *arguments):
        ended = subprocess.run(
            [server.BINARY, "--store", server.STORE, "--port", "0",
             "--host", "127.0.0.1", *arguments],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(ended.returncode, 2, ended.stderr)
        return ended.stderr

    def test_a_folder_takes_the_place_of_the_shop_and_keeps_the_element(self):
        self.write("index.html", "<p>own</p>")
        self.write("gifts/index.html", "<p>gifts</p>")
        started = self.start("--page-controller", "https://warm.example/a/",
                             "--page-target", "shop/server")
        self.assertEqual(started.get("/").body, b"<p>own</p>")
        self.assertEqual(started.get("/gifts/").body, b"<p>gifts</p>")
        self.assertEqual(started.get("/page.js").status, 404)
        self.assertEqual(started.get("/storefront/index.js").status, 200)
        self.assertEqual(started.get("/shop.json").json(), {
            "controller": "https://warm.example/a", "target": "shop/server"})
        self.assertIn("connect-src 'self' https://warm.example;",
                      started.get("/").headers["content-security-policy"])

    def test_no_path_leads_out_of_the_folder(self):
        self.write("index.html", "<p>own</p>")
        secret = self.folder + "-secret"
        with open(secret, "w", encoding="ascii") as file:
            file.write("secret")
        self.addCleanup(os.unlink, secret)
        started = self.start()
        name = os.path.basename(secret)
        for path in (f"/../{name}", f"/%2e%2e/{name}", f"/..%2f{name}",
                     f"/gifts/../../{name}", f"//{secret}", "/.", "/..",
                     "/index.html/../.."):
            reply = started.get(path)
            self.assertEqual(reply.status, 404, path)
            self.assertEqual(reply.headers["content-type"],
                             "application/problem+json", path)

    def test_what_is_written_later_is_not_served(self):
        self.write("index.html", "<p>own</p>")
        started = self.start()
        self.write("late.txt", "late")
        self.assertEqual(started.get("/late.txt").status, 404)

    def test_a_folder_that_cannot_be_served_ends_the_start_with_a_reason(self):
        self.assertIn("has no index.html",
                      self.refusal("--page-dir", self.folder))
        os.symlink("/etc/passwd", self.write("index.html", "") + ".txt")
        self.assertIn("index.html.txt is a link that leads out",
                      self.refusal("--page-dir", self.folder))
        self.assertIn("is no folder that can be read",
                      self.refusal("--page-dir", self.folder + "/nowhere"))
        self.assertIn("--page-target: \"\" is missing", self.refusal(
            "--page-controller", "https://warm.example"))

    def test_no_file_may_hide_an_endpoint(self):
        self.write("index.html", "<p>own</p>")
        described = json.loads(server.shared().get("/openapi.json").body)
        for path in described["paths"]:
            if path == "/":
                continue
            file = self.write(path.lstrip("/"), "mine")
            self.assertIn("would hide", self.refusal("--page-dir",
                                                     self.folder), path)
            os.unlink(file)
            first = path.lstrip("/").split("/")[0]
            shutil.rmtree(os.path.join(self.folder, first), True)


if __name__ == "__main__":
    unittest.main()
