"""The prepared state on the volume, as processes meet it: kept, shared, damaged,
torn away, full, read-only."""
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

import pictures
import server

SLOW = os.path.join(os.path.dirname(server.BINARY), "..", "lib",
                    "libengine_test_slow_library.so")
WHOLE = os.path.join("state", "*", "state.safetensors")


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


class ColdStart(unittest.TestCase):
    def setUp(self):
        self.store = tempfile.mkdtemp(prefix="prewarm-store-")
        self.addCleanup(shutil.rmtree, self.store, True)
        # Links: whoever damages a file of these replaces it first.
        shutil.copytree(os.path.join(server.STORE, "models"),
                        os.path.join(self.store, "models"),
                        copy_function=link_or_copy)

    def start(self, *arguments, store=None, **environment):
        started = server.Server(*arguments, store=store or self.store,
                                environment=environment)
        self.addCleanup(started.stop)
        return started

    def warm(self, *arguments, store=None, **environment):
        """A server that is warm, and its report."""
        started = self.start(*arguments, store=store, **environment)
        return started, started.warm().json()

    def state(self):
        """The one prepared state of the store."""
        found = server.wait_for(
            lambda: glob.glob(os.path.join(self.store, WHOLE)),
            "a published state")
        self.assertEqual(len(found), 1)
        return found[0]

    def prepared(self, **environment):
        """The path of a state that an earlier start has left."""
        started, report = self.warm(**environment)
        self.assertEqual(report["cached_state"], "miss")
        path = self.state()
        started.stop()
        return path

    def test_probes_are_answered_while_a_library_is_being_opened(self):
        gate = os.path.join(self.store, "gate")
        started = self.start("--engine", SLOW, PREWARM_TEST_GATE=gate)
        # Whatever happens here, the process can end.
        self.addCleanup(lambda: open(gate, "w", encoding="ascii").close())

        def opening():
            with open(f"/proc/{started.process.pid}/maps",
                      encoding="utf-8") as maps:
                return os.path.basename(SLOW) in maps.read()
        server.wait_for(opening, "the library in the process")
        # A new connection each time: every thread that answers has its first.
        for path in ("/health", "/livez", "/startupz", "/metrics") * 4:
            reply = started.request("GET", path, timeout=20)
            self.assertEqual(reply.status, 200, path)
        self.assertTrue(opening())
        with open(gate, "w", encoding="ascii"):
            pass
        self.assertEqual(started.stop(), 0)

    def test_second_start_maps_what_the_first_prepared(self):
        self.prepared()
        _, report = self.warm()
        self.assertEqual(report["cached_state"], "hit")
        self.assertTrue(report["verified"]["canary"])

    def test_mapped_and_freshly_prepared_weights_cut_out_the_same_bytes(self):
        photo = pictures.load("figure.jpg")
        first, _ = self.warm()
        fresh = first.process_raw(photo).body
        self.state()
        first.stop()
        second, report = self.warm()
        self.assertEqual(report["cached_state"], "hit")
        self.assertEqual(second.process_raw(photo).body, fresh)

    def test_eight_processes_on_an_empty_store_build_once(self):
        servers = [self.start(PREWARM_WARM_ON_START="true") for _ in range(8)]
        reports = [each.warm().json() for each in servers]
        self.assertEqual([r["state"] for r in reports], ["ready"] * 8)
        built = [r["cached_state"] for r in reports].count("miss")
        self.assertEqual(built, 1, reports)
        self.state()
        self.assertEqual(os.listdir(os.path.join(self.store, "tmp")), [])

    def test_two_processes_share_the_pages_of_the_state(self):
        self.prepared()
        first, _ = self.warm()
        second, _ = self.warm()
        for each in (first, second):
            mapped, shared = server.state_pages(each.process.pid)
            self.assertGreater(mapped, 10)
            self.assertLess(shared, 0.6 * mapped)

    def test_flipped_byte_is_found_and_the_state_rebuilt(self):
        # On a busy machine the faster precision, which names the state, may be
        # another one the next time.
        fixed = {"PREWARM_PRECISION": "fp32"}
        path = self.prepared(**fixed)
        for at in (3, 100, os.path.getsize(path) // 2,
                   os.path.getsize(path) - 1):
            with self.subTest(at=at):
                with open(path, "r+b") as file:
                    file.seek(at)
                    byte = file.read(1)[0]
                    file.seek(at)
                    file.write(bytes([byte ^ 0x40]))
                started, report = self.warm(**fixed)
                self.assertEqual(report["cached_state"], "rebuilt")
                server.wait_for(lambda p=path: os.path.exists(p), "a new state")
                self.assertTrue(os.listdir(
                    os.path.join(self.store, "quarantine")))
                started.stop()
        _, report = self.warm(**fixed)
        self.assertEqual(report["cached_state"], "hit")

    # Kernels of both precisions are interrupted in their middle.
    def test_truncated_under_a_serving_process_the_photo_is_still_right(self):
        self.check_truncated("bf16")

    def test_truncated_in_fp32_the_photo_is_still_right(self):
        self.check_truncated("fp32")

    def check_truncated(self, precision):
        photo = pictures.load("figure.jpg")
        # As above: the engine is made anew.
        fixed = {"PREWARM_PRECISION": precision}
        path = self.prepared(**fixed)
        started, _ = self.warm(**fixed)
        expected = started.process_raw(photo).body
        os.truncate(path, os.path.getsize(path) // 3)
        reply = started.process_raw(photo)
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.body, expected)
        self.assertEqual(started.warm().json()["cached_state"], "rebuilt")
        server.wait_for(lambda: os.path.exists(path), "a new state")
        self.assertEqual(started.get("/readyz").status, 200)

    def test_state_of_other_weights_is_left_alone(self):
        path = self.prepared()
        other = os.path.join(self.store, "state", "0" * 64)
        os.rename(os.path.dirname(path), other)
        _, report = self.warm()
        self.assertEqual(report["cached_state"], "miss")
        self.assertTrue(os.path.isdir(other))

    def test_damaged_weights_are_never_ready(self):
        weights = glob.glob(os.path.join(self.store, "models", "*", "*",
                                         "weights.safetensors"))[0]
        with open(weights, "rb") as file:
            data = bytearray(file.read())
        data[len(data) // 2 | 1] ^= 0x40  # of one half-precision number
        os.unlink(weights)
        with open(weights, "wb") as file:
            file.write(data)
        started = self.start()
        reply = started.request("POST", "/warmup")
        self.assertEqual(reply.status, 503)
        self.assertIn("sha256", reply.json()["detail"])
        self.assertEqual(started.get("/readyz").status, 503)
        self.assertEqual(started.get("/livez").status, 200)
        self.assertFalse(glob.glob(os.path.join(self.store, WHOLE)))

    def test_killed_while_it_publishes_it_leaves_the_state_whole_or_absent(
            self):
        for _ in range(6):
            started = self.start(PREWARM_WARM_ON_START="true")
            server.wait_for(
                lambda: glob.glob(os.path.join(self.store, "tmp", "*"))
                or glob.glob(os.path.join(self.store, WHOLE)),
                "the publishing")
            started.process.kill()
            started.stop()
            next_one, report = self.warm()
            self.assertIn(report["cached_state"], ("hit", "miss"))
            self.state()
            next_one.stop(signal.SIGKILL)
            shutil.rmtree(os.path.join(self.store, "state"))

    def mounted(self, *options):
        """A tmpfs on a folder of its own; skips where mounting is refused."""
        folder = tempfile.mkdtemp(prefix="prewarm-volume-")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder],
            capture_output=True, check=False)
        if done.returncode != 0:
            os.rmdir(folder)
            self.skipTest("may not mount: " + done.stderr.decode().strip())
        self.addCleanup(os.rmdir, folder)
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def test_full_volume_serves_and_says_that_nothing_is_kept(self):
        size = sum(os.path.getsize(os.path.join(folder, name))
                   for folder, _, names in os.walk(self.store)
                   for name in names)
        volume = self.mounted(f"size={size + (8 << 20)}")
        shutil.copytree(os.path.join(self.store, "models"),
                        os.path.join(volume, "models"))
        started, report = self.warm(store=volume)
        self.assertEqual(report["cached_state"], "miss")
        server.wait_for(
            lambda: "prepared_state_not_kept" in started.log_text(),
            "a warning")
        self.assertEqual(started.process_raw(pictures.load("figure.jpg")).status, 200)
        self.assertFalse(glob.glob(os.path.join(volume, WHOLE)))
        self.assertFalse(glob.glob(os.path.join(volume, "tmp", "*")))

    def test_read_only_volume_serves_from_the_state_and_builds_none(self):
        path = self.prepared()
        volume = self.mounted("size=1g")
        for folder in ("models", "state"):
            shutil.copytree(os.path.join(self.store, folder),
                            os.path.join(volume, folder))
        subprocess.run(["mount", "-o", "remount,ro", volume], check=True)
        started, report = self.warm(store=volume)
        self.assertEqual(report["cached_state"], "hit")
        started.stop()
        subprocess.run(["mount", "-o", "remount,rw", volume], check=True)
        shutil.rmtree(os.path.dirname(path.replace(self.store, volume)))
        subprocess.run(["mount", "-o", "remount,ro", volume], check=True)
        started, report = self.warm(store=volume)
        self.assertEqual(report["cached_state"], "miss")
        self.assertEqual(started.process_raw(pictures.load("figure.jpg")).status, 200)


if __name__ == "__main__":
    unittest.main()
