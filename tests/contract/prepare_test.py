"""`inference-server --prepare`: a store made ready for servers that only read it."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from server import BINARY, STORE, Server


class Prepare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.store = os.path.join(self.folder.name, "store")
        os.mkdir(self.store)
        shutil.copytree(os.path.join(STORE, "models"),
                        os.path.join(self.store, "models"))

    def prepare(self, *arguments):
        return subprocess.run(
            [BINARY, "--prepare", "--store", self.store, *arguments],
            capture_output=True, text=True, timeout=120, check=False)

    def test_next_server_starts_from_what_was_prepared(self):
        done = self.prepare()
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["prepared"], "miss")
        self.assertEqual([m["cached_state"] for m in report["models"]], ["hit"])
        server = Server(store=self.store)
        self.addCleanup(server.stop)
        warm = server.warm().json()
        self.assertEqual(warm["cached_state"], "hit")
        self.assertTrue(warm["verified"]["canary"])
        self.assertEqual(warm["precision"], report["models"][0]["precision"])

    def test_prepared_once_is_found_again(self):
        self.assertEqual(self.prepare().returncode, 0)
        done = self.prepare()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["prepared"], "hit")

    def test_state_that_is_not_kept_is_a_failure(self):
        # A file where the folder of states belongs.
        with open(os.path.join(self.store, "state"), "w", encoding="utf-8"):
            pass
        done = self.prepare()
        self.assertEqual(done.returncode, 1)
        self.assertIn("was not kept in " + self.store, done.stderr)
        self.assertIn("prepared_state_not_kept", done.stderr)

    def test_model_that_is_not_there_is_named_with_the_way_out(self):
        done = self.prepare("--model", "none")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertIn('has no model "none"; it has: isnet', done.stderr)


if __name__ == "__main__":
    unittest.main()
