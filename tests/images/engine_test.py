"""What an engine for containers made of the Dockerfile; after scripts/images.sh
with TEST=1, which names the folder of roots and configurations."""
import json
import os
import unittest

ROOTS = os.environ.get("PREWARM_IMAGE_ROOTS", "")
IMAGES = {
    "inference-server": {
        "ports": ["8080/tcp"], "health": "http://127.0.0.1:8080/livez",
        "command": None},
    "warmup-controller": {
        "ports": ["8090/tcp", "8091/tcp"],
        "health": "http://127.0.0.1:8090/healthz", "command": ["--help"]},
}


@unittest.skipUnless(ROOTS, "no engine has built them")
class Configuration(unittest.TestCase):
    def setUp(self):
        self.configs = {}
        for name in IMAGES:
            with open(os.path.join(ROOTS, name + ".json"),
                      encoding="utf-8") as file:
                self.configs[name] = json.load(file)

    def test_it_runs_as_a_user_who_is_nobody(self):
        for config in self.configs.values():
            self.assertEqual(config["User"], "65532:65532")
            self.assertEqual(config["WorkingDir"], "/")

    def test_arguments_of_the_container_are_the_programs(self):
        for name, config in self.configs.items():
            self.assertEqual(config["Entrypoint"], ["/usr/local/bin/" + name])
            self.assertEqual(config.get("Cmd") or None, IMAGES[name]["command"])

    def test_it_knows_how_to_ask_for_its_health_and_to_stop(self):
        for name, config in self.configs.items():
            self.assertEqual(config["Healthcheck"]["Test"],
                             ["CMD", "/usr/local/bin/prewarm-health"])
            self.assertIn("PREWARM_HEALTH_URL=" + IMAGES[name]["health"],
                          config["Env"])
            self.assertEqual(sorted(config["ExposedPorts"]),
                             IMAGES[name]["ports"])
            self.assertIn(config["StopSignal"], ("SIGTERM", "15"))

    def test_labels_say_what_it_is_made_of(self):
        for name, config in self.configs.items():
            labels = {key.removeprefix("org.opencontainers.image."): value
                      for key, value in config["Labels"].items()}
            self.assertEqual(labels["title"], name)
            self.assertEqual(labels["licenses"], "Apache-2.0")
            self.assertRegex(labels["version"], r"^\d+\.\d+\.\d+$")
            for key in ("description", "revision", "source"):
                self.assertTrue(labels[key])


if __name__ == "__main__":
    unittest.main()
