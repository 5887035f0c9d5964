"""Two models in one server: mode=base and mode=fast as its clients meet them.
Both are IS-Net here, under two names: that each mode is answered by its own
model is shown by tests/unit/api/modes_test.cc."""
import glob
import os
import shutil
import tempfile
import unittest

import pictures
import server


def link_all(source, target):
    """A model's folder under another name; its files are the same."""
    shutil.copytree(source, target, copy_function=os.link)


class Modes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Beside the store: files of other file systems can't be linked.
        cls.store = tempfile.mkdtemp(prefix="prewarm-modes-",
                                     dir=os.path.dirname(server.STORE))
        cls.addClassCleanup(shutil.rmtree, cls.store, True)
        isnet = os.path.join(server.STORE, "models", "isnet")
        models = os.path.join(cls.store, "models")
        for name in ("isnet", "quick"):
            link_all(isnet, os.path.join(models, name))
        for path in glob.glob(os.path.join(models, "quick", "*",
                                           "manifest.yaml")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            os.unlink(path)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace('name: "isnet"', 'name: "quick"'))
        cls.jpeg = pictures.load("figure.jpg")

    def start(self, *arguments):
        started = server.Server(*arguments, store=self.store)
        self.addCleanup(started.stop)
        return started

    def states(self):
        return glob.glob(os.path.join(self.store, "state", "*",
                                      "state.safetensors"))

    def test_both_are_proven_and_answer_and_the_next_start_maps_both(self):
        started = self.start("--fast-model", "quick")
        # Cold: what is taken in is answered by the model that it asked for.
        cold = started.process_raw(self.jpeg, "?mode=fast&output=mask")
        self.assertEqual(cold.status, 200, cold.body[:300])
        self.assertEqual(cold.headers["x-prewarm-mode"], "fast")
        report = started.warm().json()
        self.assertEqual((report["model"], report["mode"]), ("isnet", "base"))
        self.assertEqual([(each["mode"], each["model"],
                           each["verified"]["canary"])
                          for each in report["modes"]],
                         [("base", "isnet", True), ("fast", "quick", True)])
        names = [phase["name"] for phase in report["phases"]]
        self.assertEqual(len(names), len(set(names)))
        for name in ("library_load", "device_init"):
            self.assertEqual(names.count(name), 1)
            self.assertNotIn(name + "_fast", names)
        for name in ("weights_map", "bind", "first_inference", "verify"):
            self.assertIn(name, names)
            self.assertIn(name + "_fast", names)
        base = started.process_raw(self.jpeg, "?output=mask")
        self.assertEqual(base.headers["x-prewarm-mode"], "base")
        self.assertEqual(base.body, cold.body)
        self.assertEqual(
            [each["mode"] for each in started.get("/health").json()["modes"]],
            ["base", "fast"])
        metrics = started.get("/metrics").body.decode()
        for mode in ("base", "fast"):
            self.assertIn(
                f'prewarm_requests_total{{code="200",mode="{mode}"}} 1',
                metrics)
        server.wait_for(lambda: len(self.states()) == 2, "both states")
        self.assertEqual(started.stop(), 0)

        report = self.start("--fast-model", "quick").warm().json()
        self.assertEqual([each["cached_state"] for each in report["modes"]],
                         ["hit", "hit"])

    def test_report_and_examples_are_as_described(self):
        started = self.start("--fast-model", "quick")
        report = started.warm().json()
        schemas = started.get("/openapi.json").json()["components"]["schemas"]
        described = schemas["WarmUpReport"]["properties"]
        self.assertLessEqual(set(report), set(described))
        for each in report["modes"]:
            self.assertEqual(
                set(each), set(described["modes"]["items"]["properties"]))

    def test_mode_that_is_not_served_is_refused_with_the_fix(self):
        reply = server.shared().process_raw(self.jpeg, "?mode=fast")
        self.assertEqual(reply.status, 400)
        problem = reply.json()
        self.assertEqual(problem["field"], "mode")
        self.assertIn("expected base", problem["detail"])
        self.assertIn("--fast-model", problem["detail"])

    def test_missing_fast_model_is_a_reason_and_no_readiness(self):
        started = self.start("--fast-model", "nowhere")
        reply = started.request("POST", "/warmup")
        self.assertEqual(reply.status, 503)
        self.assertIn('has no model "nowhere"', reply.json()["detail"])
        self.assertEqual(started.get("/readyz").status, 503)


if __name__ == "__main__":
    unittest.main()
