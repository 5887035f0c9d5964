"""Runs the *_test.py of some folders; only failures speak.

    python3 tests/run_python.py [--tally FILE] DIR...

FILE receives `PASSED FAILED`; skipped tests count as neither and are named.
"""
import os
import sys
import time
import unittest


class Quiet(unittest.TextTestResult):
    """Counts passes, names skips, shows what is slow."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main(arguments):
    tally = None
    if arguments[:1] == ["--tally"]:
        tally, arguments = arguments[1], arguments[2:]
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, os.path.dirname(here))
    suite = unittest.TestSuite()
    for folder in arguments:
        if os.path.isdir(folder):
            # Each folder is its own root: loaded by file name, no packages.
            loader = unittest.TestLoader()
            suite.addTests(loader.discover(folder, "*_test.py", folder))
    runner = unittest.TextTestRunner(resultclass=Quiet, verbosity=0,
                                     stream=sys.stdout)
    result = runner.run(suite)
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}")
    failed = len(result.failures) + len(result.errors) + \
        len(result.unexpectedSuccesses)
    if tally:
        with open(tally, "w", encoding="utf-8") as file:
            file.write(f"{result.passed} {failed}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
