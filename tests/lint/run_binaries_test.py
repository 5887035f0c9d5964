"""tests/run_binaries.py believes no binary more than it shows."""
import os
import subprocess
import sys
import tempfile
import unittest

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir,
                      "run_binaries.py")
PASSES = ("[ RUN      ] A.B", "[       OK ] A.B (0 ms)")
FAILS = ("[ RUN      ] A.C", "one and one is three",
         "[  FAILED  ] A.C (0 ms)")
SKIPS = ("[ RUN      ] A.S", "[  SKIPPED ] A.S (0 ms)")
# GoogleTest names them once more at its end.
ENDS = ("[  FAILED  ] 1 test, listed below:", "[  FAILED  ] A.C")


class RunBinaries(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def binary(self, name, lines, code):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n")
            file.writelines(f"echo '{line}'\n" for line in lines)
            file.write(f"exit {code}\n")
        os.chmod(path, 0o755)
        return path

    def run_all(self, *binaries):
        tally = os.path.join(self.folder, "tally")
        done = subprocess.run(
            [sys.executable, RUNNER, "--tally", tally, *binaries],
            capture_output=True, text=True, check=False)
        with open(tally, encoding="utf-8") as file:
            return file.read().strip(), done.returncode, done.stdout

    def test_what_passes_is_counted_and_silent(self):
        one = self.binary("a_test", PASSES + SKIPS, 0)
        other = self.binary("b_test", PASSES, 0)
        self.assertEqual(self.run_all(one, other), ("2 0", 0, ""))

    def test_failure_is_named_once_with_its_words(self):
        tally, code, output = self.run_all(
            self.binary("a_test", FAILS + PASSES + ENDS, 1))
        self.assertEqual((tally, code), ("1 1", 1))
        self.assertIn("FAIL  a.A.C", output)
        self.assertIn("one and one is three", output)
        self.assertIn("--gtest_filter=A.C", output)

    def test_binary_that_aborts_fails_with_the_test_it_was_in(self):
        tally, code, output = self.run_all(
            self.binary("a_test", PASSES + FAILS[:2], 134))
        self.assertEqual((tally, code), ("1 1", 1))
        self.assertIn("FAIL  a.A.C (status 134)", output)

    def test_binary_that_leaks_at_its_end_fails(self):
        tally, code, _ = self.run_all(self.binary("a_test", PASSES, 1))
        self.assertEqual((tally, code), ("1 1", 1))

    def test_binary_that_runs_nothing_fails(self):
        tally, code, _ = self.run_all(self.binary("a_test", (), 0))
        self.assertEqual((tally, code), ("0 1", 1))

    def test_binary_that_ends_well_in_the_middle_fails(self):
        tally, code, _ = self.run_all(
            self.binary("a_test", PASSES + FAILS[:1], 0))
        self.assertEqual((tally, code), ("1 1", 1))


if __name__ == "__main__":
    unittest.main()
