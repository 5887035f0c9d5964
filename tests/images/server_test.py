"""The image of inference-server at work."""
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from container import (STORE, UID, copy_of, replace, root, run, store, wrapper)

import pictures
from contents_test import LIB, libtorch
from controller import children, free_ports
from file_server import FileServer, certificate
from server import Server

PROGRAM = "/usr/local/bin/inference-server"
MODEL = "/usr/local/bin/prewarm-model"
HEALTH = "/usr/local/bin/prewarm-health"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


class Serving(unittest.TestCase):
    def serve(self, folder, *arguments):
        server = Server(*arguments, store=STORE, binary=wrapper(
            folder, PROGRAM, binds=[store()]))
        self.addCleanup(server.stop)
        return server

    def test_every_program_starts_and_there_is_no_shell(self):
        folder = root("inference-server")
        for program in (PROGRAM, MODEL):
            done = run(folder, program, "--version")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"^[a-z-]+ \d+\.\d+\.\d+$")
        self.assertEqual(run(folder, HEALTH).returncode, 2)
        # Of preStop.
        self.assertEqual(run(folder, "sleep", "0").returncode, 0)
        self.assertIn("No such file", run(folder, "/bin/sh").stderr)

    def test_a_picture_is_cut_out_by_user_65532_on_a_read_only_root(self):
        server = self.serve(root("inference-server"))
        report = server.warm().json()
        self.assertEqual(report["state"], "ready")
        inner = children(server.process.pid)[0]
        with open(f"/proc/{inner}/status", encoding="ascii") as file:
            status = file.read()
        self.assertIn("CapEff:\t0000000000000000\n", status)
        self.assertIn("NoNewPrivs:\t1\n", status)
        done = subprocess.run(["nsenter", "-U", "-t", str(inner),
                               "--preserve-credentials", "id", "-u"],
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.strip(), str(UID))
        # HEIC and AVIF: by the child program, in its sandbox.
        for name, kind in (("figure.jpg", "jpeg"), ("figure.webp", "webp"),
                           ("figure.heic", "heic"), ("figure.avif", "avif")):
            reply = server.process_raw(pictures.load(name),
                                       content_type="image/" + kind)
            self.assertEqual(reply.status, 200, (name, reply.body[:300]))
            self.assertEqual(pictures.png_header(reply.body)[3], 6)
        url = f"http://127.0.0.1:{server.port}/"
        for path, code in (("livez", 0), ("readyz", 0), ("nowhere", 1)):
            done = run(root("inference-server"), HEALTH, url + path)
            self.assertEqual(done.returncode, code, done.stderr)
        # Process 1 has no default actions: it must have its own.
        os.kill(inner, signal.SIGTERM)
        self.assertEqual(server.process.wait(60), 0)
        self.assertIn("event=stopped clean=true", server.log_text())
        self.assertEqual(run(root("inference-server"), HEALTH,
                             url + "livez").returncode, 1)

    def test_libtorch_computes_with_the_libraries_that_are_left(self):
        server = self.serve(root("inference-server"), "--engine", "torch",
                            "--precision", "fp32")
        self.assertEqual(server.warm().json()["state"], "ready")
        reply = server.process_raw(pictures.load("figure.jpg"))
        self.assertEqual(reply.status, 200, reply.body[:300])

    def test_a_library_that_was_wrongly_left_out_is_named_not_called(self):
        folder = copy_of("inference-server")
        replace(libtorch(folder), lambda path: subprocess.run(
            ["patchelf", "--remove-needed", "libsleef.so.3", path], check=True))
        server = self.serve(folder, "--engine", "torch")
        reply = server.request("POST", "/warmup", timeout=300)
        self.assertEqual(reply.status, 503)
        self.assertIn("undefined symbol: Sleef_",
                      server.get("/health").json()["reason"])

    def test_a_library_that_is_missing_is_named_and_health_still_answers(self):
        folder = copy_of("inference-server")
        os.unlink(os.path.join(folder, LIB, "libdnnl.so.2"))
        server = self.serve(folder, "--engine", "fused")
        self.assertEqual(server.request("POST", "/warmup").status, 503)
        self.assertIn("libdnnl.so.2", server.get("/health").json()["reason"])
        self.assertEqual(server.get("/livez").status, 200)

    def test_nothing_but_store_and_tmp_is_written(self):
        folder = root("inference-server")
        for at, reason in (("/srv", "Read-only"), ("/tmp/store", "no file")):
            done = run(folder, MODEL, "import", "isnet", "/tmp/none.onnx",
                       "--store", at)
            self.assertEqual(done.returncode, 1)
        done = run(folder, MODEL, "import", "inspyrenet-fast",
                   "http://127.0.0.1:1/a.pth", "--license", "MIT", "--retries",
                   "0", "--store", "/srv")
        self.assertIn("Read-only file system", done.stderr)


class Downloads(unittest.TestCase):
    """TLS is verified against the bundle within the image."""

    def test_an_authority_of_the_bundle_is_trusted_and_no_other(self):
        folder = root("inference-server")
        scratch = tempfile.mkdtemp(prefix="prewarm-tls-")
        self.addCleanup(shutil.rmtree, scratch, True)
        pem = certificate(scratch)
        mounted = os.path.join(scratch, "bundle.crt")
        with open(folder + BUNDLE, encoding="ascii") as old, \
                open(pem + ".crt", encoding="ascii") as own, \
                open(mounted, "w", encoding="ascii") as file:
            file.write(old.read() + own.read())
        with FileServer(b"no model", pem) as files:
            url = files.over_tls().url
            arguments = (MODEL, "import", "isnet", url, "--store",
                         "/tmp/store", "--retries", "0", "--retry-delay", "0")
            done = run(folder, *arguments)
            self.assertIn("certificate", done.stderr)
            self.assertEqual(files.requests, [])
            done = run(folder, *arguments,
                       binds=[(mounted, BUNDLE, False)])
            self.assertIn("is no ONNX model we can read", done.stderr)
            self.assertEqual(len(files.requests), 1)


class Health(unittest.TestCase):
    def test_nobody_there_is_not_well(self):
        port = free_ports(1)
        done = run(root("inference-server"), HEALTH, environment={
            "PREWARM_HEALTH_URL": f"http://127.0.0.1:{port}/livez"})
        self.assertEqual(done.returncode, 1)
        self.assertIn("can't connect", done.stderr)


if __name__ == "__main__":
    unittest.main()
