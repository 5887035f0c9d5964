"""Which device the engine runs on, and what happens when that is lost."""
import os
import shutil
import tempfile
import unittest

import pictures
import server

LIBRARIES = os.path.join(os.path.dirname(server.BINARY), "..", "lib")
FUSED = "libprewarm-engine-fused.so"
# A machine whose GPU is not to be had.
LOST = "libengine_test_lost_device.so"
# In the driver's place: a library without any of its functions.
DRIVER = "libengine_test_no_engine.so"


class Device(unittest.TestCase):
    def setUp(self):
        """An installation of its own, with an engine for CUDA."""
        self.home = tempfile.mkdtemp(prefix="prewarm-home-",
                                     dir=os.path.dirname(LIBRARIES))
        self.addCleanup(shutil.rmtree, self.home, True)
        for folder in ("bin", "lib"):
            os.mkdir(os.path.join(self.home, folder))
        self.binary = os.path.join(self.home, "bin", "inference-server")
        os.link(server.BINARY, self.binary)
        self.install(FUSED, FUSED)
        self.install(LOST, "libprewarm-engine-cuda.so")
        self.install(DRIVER, "libcuda.so.1")

    def install(self, library, name):
        shutil.copy(os.path.join(LIBRARIES, library),
                    os.path.join(self.home, "lib", name))

    def start(self, *arguments):
        started = server.Server(
            *arguments, binary=self.binary,
            environment={"LD_LIBRARY_PATH": os.path.join(self.home, "lib")})
        self.addCleanup(started.stop)
        return started

    def report(self, started):
        """Of the process that got warm in the end."""
        def warm():
            started.follow()
            try:
                reply = started.request("POST", "/warmup")
            except OSError:  # just between two processes
                return None
            return reply.json() if reply.status == 200 else None
        return server.wait_for(warm, "a warm process")

    def test_gpu_lost_twice_is_replaced_by_the_cpu_in_the_same_place(self):
        started = self.start()
        pid, report = started.process.pid, self.report(started)
        self.assertEqual(report["device"], "cpu")
        self.assertTrue(report["verified"]["canary"])
        self.assertEqual([loss["device"] for loss in report["lost_devices"]],
                         ["cuda", "cuda"])
        self.assertIn("no GPU answers", report["lost_devices"][0]["reason"])
        self.assertEqual(started.process.pid, pid)
        self.assertIsNone(started.process.poll())
        self.assertEqual(started.stop(), 0)

    def test_photo_that_met_the_loss_is_told_to_come_again_and_served(self):
        started, seen = self.start(), []
        photo = pictures.load("figure.jpg")

        def served():
            started.follow()
            try:
                reply = started.process_raw(photo)
            except OSError:  # just between two processes
                return False
            seen.append((reply.status, reply.headers.get("retry-after")))
            return reply.status == 200
        server.wait_for(served, "a cut-out")
        self.assertLessEqual(set(seen), {(200, None), (503, "1")})

    def test_machine_without_a_driver_needs_no_other_process(self):
        os.remove(os.path.join(self.home, "lib", "libcuda.so.1"))
        report = self.report(self.start())
        self.assertEqual(report["device"], "cpu")
        self.assertNotIn("lost_devices", report)

    def test_chosen_gpu_without_a_driver_says_so(self):
        os.remove(os.path.join(self.home, "lib", "libcuda.so.1"))
        reply = self.start("--device", "cuda").request("POST", "/warmup")
        self.assertEqual(reply.status, 503)
        self.assertIn("no driver of an NVIDIA GPU", reply.json()["detail"])

    def test_chosen_gpu_is_not_replaced_but_the_reason_is_told(self):
        started = self.start("--device", "cuda")
        server.wait_for(
            lambda: started.log_text().count("device_lost") >= 2, "two losses")
        health = server.wait_for(
            lambda: self.failed(started), "a process that says why")
        self.assertIn("no GPU answers", health["reason"])
        self.assertEqual(started.get("/readyz").status, 503)

    @staticmethod
    def failed(started):
        started.follow()
        try:
            health = started.get("/health").json()
        except OSError:
            return None
        return health if health["state"] == "failed" else None

    def test_cpu_that_was_chosen_never_opens_the_other_engine(self):
        started = self.start("--device", "cpu")
        report = self.report(started)
        self.assertEqual(report["device"], "cpu")
        self.assertNotIn("lost_devices", report)

    def test_machine_without_that_engine_serves_by_the_cpu_at_once(self):
        os.unlink(os.path.join(self.home, "lib", "libprewarm-engine-cuda.so"))
        report = self.report(self.start())
        self.assertEqual(report["device"], "cpu")
        self.assertNotIn("lost_devices", report)

    def test_gpu_without_its_engine_is_a_reason(self):
        os.unlink(os.path.join(self.home, "lib", "libprewarm-engine-cuda.so"))
        started = self.start("--device", "cuda")
        reply = started.request("POST", "/warmup")
        self.assertEqual(reply.status, 503)
        self.assertIn("libprewarm-engine-cuda.so", reply.json()["detail"])


if __name__ == "__main__":
    unittest.main()
