"""`warmup-controller sidecar`, beside the real server and beside fakes."""
import glob
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import promtool
from controller import BINARY, INSTANCE, Program, free_ports
from server import STORE, Reply, Server, wait_for

TOKEN = "0123456789abcdef0123"


class Sidecar(Program):
    def __init__(self, *arguments):
        super().__init__("sidecar", "--listen", "127.0.0.1:0", *arguments)
        self.port = self.port_of("sidecar")

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=30)
        try:
            connection.request("GET", path)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def status(self):
        return self.get("/status").json()

    def await_status(self, path, status):
        try:
            return wait_for(lambda: self.get(path).status == status,
                            f"{status} of {path}")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.status()}\n"
                                 + self.log_text()[-4000:]) from error


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="prewarm-sidecar-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.shared = os.path.join(self.folder, "shared")
        self.local = os.path.join(self.folder, "local")
        os.mkdir(self.local)

    def sidecar(self, *arguments):
        started = Sidecar(*arguments)
        self.addCleanup(started.stop)
        return started

    def fake(self, port, *arguments):
        process = subprocess.Popen([sys.executable, INSTANCE, str(port),
                                    *arguments])

        def end():
            process.kill()
            process.wait()
        self.addCleanup(end)
        return process


class BesideTheRealServer(Case):
    def put_models(self):
        shutil.copytree(os.path.join(STORE, "models"),
                        os.path.join(self.shared, "models"))

    def states(self, store):
        folder = os.path.join(store, "state")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    def server(self, port):
        """On the local store, at a port that the sidecar knows before."""
        started = Server(store=self.local, port=port)
        self.addCleanup(started.stop)
        return started

    def test_state_comes_before_the_server_and_goes_back_after_it(self):
        self.put_models()
        port = free_ports(1)
        arguments = ("--from", self.shared, "--store", self.local,
                     "--server", f"http://127.0.0.1:{port}")
        sidecar = self.sidecar(*arguments)
        # Nobody prepared anything yet: the weights are what a start reads.
        sidecar.await_status("/startupz", 200)
        self.assertEqual(sidecar.get("/readyz").status, 503)
        server = self.server(port)
        sidecar.await_status("/readyz", 200)
        self.assertEqual(server.warm().json()["cached_state"], "miss")
        wait_for(lambda: self.states(self.shared), "the published state")
        self.assertEqual(self.states(self.shared), self.states(self.local))
        history = os.path.join(self.shared, "history")
        wait_for(lambda: os.path.isdir(history) and os.listdir(history),
                 "the published history")
        server.stop()
        self.assertEqual(sidecar.stop(), 0, sidecar.log_text())

        # The next pod: another local disk, the same volume.
        shutil.rmtree(self.local)
        os.mkdir(self.local)
        sidecar = self.sidecar(*arguments)
        sidecar.await_status("/startupz", 200)
        self.assertEqual(self.states(self.local), self.states(self.shared))
        server = self.server(port)
        sidecar.await_status("/readyz", 200)
        report = server.warm().json()
        self.assertEqual(report["cached_state"], "hit")
        self.assertTrue(report["verified"]["canary"])

    def test_restarted_server_is_warmed_again(self):
        self.put_models()
        port = free_ports(1)
        sidecar = self.sidecar("--from", self.shared, "--store", self.local,
                               "--publish", "false",
                               "--server", f"http://127.0.0.1:{port}")
        sidecar.await_status("/startupz", 200)
        first = self.server(port)
        sidecar.await_status("/readyz", 200)
        first.stop(signal.SIGKILL)
        sidecar.await_status("/readyz", 503)
        # One that would stay cold for ever by itself.
        second = Server("--warm-on-start", "false", store=self.local,
                        port=port)
        self.addCleanup(second.stop)
        sidecar.await_status("/readyz", 200)
        self.assertEqual(second.get("/readyz").status, 200)
        self.assertEqual(self.states(self.shared), [])

    def test_weights_may_follow_the_server(self):
        """Where no prepared state fits, the server waits for them itself."""
        self.put_models()
        shutil.copytree(os.path.join(self.shared, "models"),
                        os.path.join(self.local, "models"))
        [weights] = glob.glob(os.path.join(self.local, "models", "*", "*",
                                           "weights.safetensors"))
        os.rename(weights, weights + ".later")
        server = self.server(0)
        wait_for(lambda: server.get("/health").json()["state"] == "failed",
                 "a warm-up that fails")
        self.assertIn("weights.safetensors",
                      server.get("/health").json()["reason"])
        os.rename(weights + ".later", weights)
        wait_for(lambda: server.get("/readyz").status == 200, "it is warm")
        self.assertFalse(os.path.exists(
            os.path.join(self.local, "quarantine")))


class BesideFakes(Case):
    def test_needs_no_store(self):
        port = free_ports(1)
        sidecar = self.sidecar("--server", f"http://127.0.0.1:{port}")
        self.assertEqual(sidecar.get("/startupz").status, 200)
        self.fake(port)
        sidecar.await_status("/readyz", 200)
        self.assertTrue(sidecar.status()["warm"])

    def test_answer_without_a_proof_is_not_warm(self):
        port = free_ports(1)
        sidecar = self.sidecar("--server", f"http://127.0.0.1:{port}")
        self.fake(port, "--proves-nothing")
        wait_for(lambda: "outcome=" in sidecar.log_text(), "a warm-up")
        reply = sidecar.get("/readyz")
        self.assertEqual(reply.status, 503)
        self.assertEqual(reply.headers["content-type"],
                         "application/problem+json")
        self.assertIn("the server is", reply.json()["detail"])

    def test_token_goes_along_with_the_warm_up_alone(self):
        port = free_ports(1)
        token = os.path.join(self.folder, "token")
        with open(token, "w", encoding="utf-8") as file:
            file.write(TOKEN)
        self.fake(port, "--token-file", token)
        without = self.sidecar("--server", f"http://127.0.0.1:{port}")
        wait_for(lambda: "outcome=" in without.log_text(), "a warm-up")
        self.assertEqual(without.get("/readyz").status, 503)
        sidecar = self.sidecar("--server", f"http://127.0.0.1:{port}",
                               "--admin-token-file", token)
        sidecar.await_status("/readyz", 200)

    def test_volume_that_is_mounted_later_is_waited_for(self):
        sidecar = self.sidecar("--from", self.shared, "--store", self.local)
        wait_for(lambda: sidecar.status()["staging"]["failures"] > 0,
                 "an attempt")
        reply = sidecar.get("/startupz")
        self.assertEqual(reply.status, 503)
        self.assertIn("is its volume mounted?", reply.json()["detail"])
        self.assertIn("retry-after", reply.headers)
        os.mkdir(self.shared)
        shutil.copytree(os.path.join(STORE, "models"),
                        os.path.join(self.shared, "models"))
        sidecar.await_status("/startupz", 200)
        self.assertEqual(os.listdir(os.path.join(self.local, "models")),
                         os.listdir(os.path.join(STORE, "models")))

    def test_metrics_are_as_promtool_wants_them(self):
        sidecar = self.sidecar()
        text = sidecar.get("/metrics").body
        self.assertEqual(promtool.complaints(text), "")
        self.assertIn(b"prewarm_sidecar_staged 1", text)

    def test_signal_ends_it_while_nothing_is_staged(self):
        sidecar = self.sidecar("--from", self.shared, "--store", self.local)
        self.assertEqual(sidecar.stop(), 0, sidecar.log_text())


class WrongOptions(Case):
    def refused(self, *arguments):
        done = subprocess.run([BINARY, "sidecar", *arguments],
                              capture_output=True, text=True, timeout=30,
                              check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        return " ".join(done.stderr.split())

    def test_store_without_a_shared_one_is_refused(self):
        self.assertIn("give --from as well", self.refused("--store", "/s"))

    def test_shared_store_without_a_local_one_is_refused(self):
        self.assertIn("expected --store", self.refused("--from", "/s"))

    def test_both_stores_at_one_place_are_refused(self):
        self.assertIn("is --from as well",
                      self.refused("--from", self.local,
                                   "--store", self.local + "/../local"))

    def test_all_that_is_wrong_is_said_at_once(self):
        said = self.refused("--server", "127.0.0.1", "--reverify", "often",
                            "--listen", "8092", "--model", "../x",
                            "--from", "/a", "--store", "/b",
                            "--admin-token-file", "/none")
        for option in ("--server", "--reverify", "--listen", "--model",
                       "--admin-token-file"):
            self.assertIn(option, said)

    def test_number_of_streams_has_limits(self):
        self.assertIn("--streams", self.refused("--streams", "1000"))

    def test_port_that_is_taken_ends_it_with_1(self):
        first = self.sidecar()
        done = subprocess.run(
            [BINARY, "sidecar", "--listen", f"127.0.0.1:{first.port}"],
            capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--listen", done.stderr)


if __name__ == "__main__":
    unittest.main()
