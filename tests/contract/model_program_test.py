"""prewarm-model: what it prints, how it ends."""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import server

PROGRAM = os.path.join(os.path.dirname(server.BINARY), "prewarm-model")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True,
                          text=True, timeout=120, check=False)


class ModelProgram(unittest.TestCase):
    def setUp(self):
        self.store = tempfile.mkdtemp(prefix="prewarm-store-")
        self.addCleanup(shutil.rmtree, self.store, True)

    def copy_models(self):
        shutil.copytree(os.path.join(server.STORE, "models"),
                        os.path.join(self.store, "models"))

    def file(self, name):
        return glob.glob(os.path.join(self.store, "models", "isnet", "*",
                                      name))[0]

    def in_store(self, command, *arguments):
        return run(command, *arguments, "--store", self.store)

    def test_usage_errors_end_with_2(self):
        for arguments in ((), ("explode",), ("show",), ("import", "isnet"),
                          ("prune", "--grace", "-1"), ("list", "--color"),
                          ("compare", "isnet", "isnet"),
                          ("compare", "isnet", "--images", "/tmp")):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertNotEqual(done.stderr, "", arguments)

    def test_the_store_of_the_command_line_wins_over_the_environment(self):
        self.copy_models()
        for environment, arguments in (
                ({"PREWARM_STORE": "/nowhere"}, ("--store", self.store)),
                ({"PREWARM_STORE": self.store}, ())):
            for command in ("list", "verify", "prune"):
                done = subprocess.run(
                    [PROGRAM, command, *arguments], capture_output=True,
                    text=True, timeout=120, check=False,
                    env={**os.environ, **environment})
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("/nowhere", done.stdout + done.stderr)
        empty = subprocess.run(
            [PROGRAM, "list"], capture_output=True, text=True, timeout=120,
            check=False, cwd=self.store,
            env={**os.environ, "PREWARM_STORE": ""})
        self.assertIn("the store store has no models",
                      empty.stdout + empty.stderr)

    def test_help_fits_eighty_columns(self):
        for command in ((), ("import",), ("list",), ("verify",), ("show",),
                        ("prune",), ("compare",), ("infer",)):
            done = run(*command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80,
                                 done.stdout)

    def test_empty_store_says_so(self):
        done = self.in_store("list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("has no models", done.stdout)
        self.assertEqual(self.in_store("verify").returncode, 1)
        done = self.in_store("show", "isnet")
        self.assertEqual(done.returncode, 1)
        self.assertIn("prewarm-model import", done.stderr)

    def test_show_and_list_print_the_manifest_as_text_and_json(self):
        self.copy_models()
        shown = json.loads(self.in_store("show", "isnet", "--json").stdout)
        listed = json.loads(self.in_store("list", "--json").stdout)
        self.assertEqual(listed, [shown])
        self.assertEqual(len(shown["reference_sha256"]), 64)
        text = self.in_store("show", "isnet").stdout
        for key, value in shown.items():
            self.assertIn(key + " ", text)
            self.assertIn(str(value), text)
        self.assertIn(shown["digest"][:12], self.in_store("list").stdout)

    def test_import_if_missing_does_nothing_where_there_is_one(self):
        self.copy_models()
        before = self.file("manifest.yaml")
        done = self.in_store("import", "isnet", "/no/such/file.onnx",
                             "--if-missing")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is in the store", done.stderr)
        self.assertEqual(self.file("manifest.yaml"), before)
        # One that can't be read, or of another name, is missing.
        with open(before, "w", encoding="utf-8") as file:
            file.write("damaged")
        for arguments in ((), ("--name", "other")):
            self.assertEqual(self.in_store(
                "import", "isnet", "/no/such/file.onnx", "--if-missing",
                *arguments).returncode, 1, arguments)

    def test_verify_finds_damage_in_weights_and_reference(self):
        for name in ("weights.safetensors", "reference.safetensors"):
            with self.subTest(name=name):
                shutil.rmtree(os.path.join(self.store, "models"), True)
                self.copy_models()
                done = self.in_store("verify")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                with open(self.file(name), "r+b") as file:
                    file.seek(-1, os.SEEK_END)
                    byte = file.read(1)[0]
                    file.seek(-1, os.SEEK_END)
                    file.write(bytes([byte ^ 1]))
                done = self.in_store("verify")
                self.assertEqual(done.returncode, 1)
                self.assertIn(name, done.stderr)

    def test_one_damaged_manifest_hides_no_other_model(self):
        self.copy_models()
        folder = os.path.join(self.store, "models", "broken", "d" * 64)
        os.makedirs(folder)
        with open(os.path.join(folder, "manifest.yaml"), "w",
                  encoding="utf-8") as file:
            file.write("nonsense")
        for command in ("list", "verify"):
            done = self.in_store(command)
            self.assertEqual(done.returncode, 1)
            self.assertIn("isnet", done.stdout)
            self.assertIn("broken", done.stderr)
        self.assertEqual(self.in_store("prune").returncode, 0)

    def test_verify_and_prune_know_the_prepared_states(self):
        self.copy_models()
        started = server.Server(store=self.store)
        self.addCleanup(started.stop)
        started.warm()
        state = server.wait_for(
            lambda: glob.glob(os.path.join(self.store, "state", "*",
                                           "state.safetensors")),
            "a published state")[0]
        done = self.in_store("verify")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("prepared state", done.stdout)
        self.assertIn("removed 0", self.in_store("prune").stdout)
        with open(state, "r+b") as file:
            file.seek(5000000)
            file.write(b"damage")
        done = self.in_store("verify")
        self.assertEqual(done.returncode, 1)
        self.assertIn("block 4 differs", done.stderr)
        # A model's last used state is never removed, its model gone it is.
        done = self.in_store("prune", "--grace", "0")
        self.assertIn("removed 0", done.stdout)
        shutil.rmtree(os.path.join(self.store, "models"))
        done = self.in_store("prune", "--grace", "0")
        self.assertIn("removed 1", done.stdout)
        self.assertFalse(os.path.exists(state))

    def test_refused_imports_name_the_way_out(self):
        zipped = os.path.join(self.store, "ckpt_base.pth")
        with open(zipped, "wb") as file:
            file.write(b"PK\3\4 and no more")
        for arguments, word in (
                (("isnet", zipped), "inspyrenet-base"),
                (("inspyrenet-fast", zipped), "torch.save"),
                (("inspyrenet-fast", "--npm-package", self.store),
                 "--npm-package: ")):
            done = self.in_store("import", *arguments)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(word, done.stderr, arguments)

    def test_import_of_what_is_no_model_names_the_file(self):
        with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
            file.write(b"no model at all")
            file.flush()
            done = self.in_store("import", "isnet", file.name)
        self.assertEqual(done.returncode, 1)
        self.assertIn(file.name, done.stderr)
        done = self.in_store("import", "isnet", "/nonexistent.onnx")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nonexistent.onnx", done.stderr)
        done = self.in_store("import", "swin", "/nonexistent.onnx")
        self.assertEqual(done.returncode, 1)
        self.assertIn("isnet", done.stderr)
        self.assertEqual(os.path.exists(os.path.join(self.store, "models")),
                         False)


if __name__ == "__main__":
    unittest.main()
