"""Runs the *_test.py of some folders; only failures speak.

    python3 tests/run_python.py [--tally FILE] [--jobs N] DIR|FILE...

FILE receives `PASSED FAILED`; skipped tests count as neither and are named.
With jobs, each file is a process of its own and N run at a time: for tests that
wait for servers more than they compute.
"""
import argparse
import concurrent.futures
import glob
import os
import subprocess
import sys
import tempfile
import unittest


class Counting(unittest.TextTestResult):
    """Knows how many passed."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def run_here(paths):
    """Runs them in this process: how many passed and failed."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.dirname(here))
    suite = unittest.TestSuite()
    for path in paths:
        # Each folder is its own root: loaded by file name, no packages.
        folder, pattern = (path, "*_test.py") if os.path.isdir(path) else \
            os.path.split(path)
        suite.addTests(unittest.TestLoader().discover(folder, pattern, folder))
    result = unittest.TextTestRunner(resultclass=Counting, verbosity=0,
                                     stream=sys.stdout).run(suite)
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}")
    return result.passed, len(result.failures) + len(result.errors) + \
        len(result.unexpectedSuccesses)


def run_file(path):
    """Runs one file in a process: its counts and output."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as tally:
        done = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--tally", tally.name,
             path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        counts = [int(one) for one in tally.read().split()]
    if len(counts) != 2:  # it did not come to its end
        counts = [0, 1]
    return counts, done.stdout.decode(errors="replace")


def run_apart(paths, jobs):
    """Runs their files in processes: how many passed and failed."""
    files = []
    for path in paths:
        files += glob.glob(os.path.join(path, "*_test.py")) \
            if os.path.isdir(path) else [path]
    # Those that take longest are long.
    files.sort(key=os.path.getsize, reverse=True)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for counts, output in pool.map(run_file, files):
            passed += counts[0]
            failed += counts[1]
            skips = [line + "\n" for line in output.splitlines()
                     if line.startswith("skipped ")]
            print(output if counts[1] else "".join(skips), end="", flush=True)
    return passed, failed


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tally")
    options.add_argument("--jobs", type=int, default=0)
    options.add_argument("paths", nargs="+")
    options = options.parse_args()
    passed, failed = run_apart(options.paths, options.jobs) \
        if options.jobs else run_here(options.paths)
    if options.tally:
        with open(options.tally, "w", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
