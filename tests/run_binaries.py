"""Runs GoogleTest binaries, each as one process; only failures speak.

    python3 tests/run_binaries.py [--tally FILE] BINARY...

As many at a time as there are cores. FILE receives `PASSED FAILED`; skipped
tests count as neither. For builds with sanitizers, where to start a process for
each test, as CTest does, takes longer than the tests. A binary that ends early
fails with the test that it was in.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

LIMIT_S = 300
SHOWN_LINES = 120
LINE = re.compile(r"\[ +(RUN|OK|FAILED|SKIPPED) +\] ([\w/.]+)")


class Outcome:
    """What one binary's output says."""

    def __init__(self, binary, text, code):
        self.binary = binary
        self.text = text
        self.code = code
        self.passed = 0
        self.failed = {}  # name: what it printed
        self._read()

    def _read(self):
        running, began = None, 0
        for found in LINE.finditer(self.text):
            word, name = found[1], found[2]
            if word == "RUN":
                running, began = name, found.start()
            elif name == running:  # and not named once more at the end
                running = None
                self.passed += word == "OK"
                if word == "FAILED":
                    self.failed[name] = self.text[began:found.end()]
        if running:
            self.failed[running] = self.text[began:]
        if self.code != 0 and not self.failed:
            self.failed["(its end)"] = self.text
        if not self.passed and not self.failed and "SKIPPED" not in self.text:
            self.failed["(no test)"] = self.text

    def tell(self):
        for name, text in self.failed.items():
            module = os.path.basename(self.binary).removesuffix("_test")
            print(f"FAIL  {module}.{name} (status {self.code})")
            print("\n".join(text.splitlines()[:SHOWN_LINES]))
            filter_ = "" if name.startswith("(") else f" --gtest_filter={name}"
            print(f"  again: {os.path.relpath(self.binary)}{filter_}")


def run(binary):
    with subprocess.Popen([binary], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        try:
            output = process.communicate(timeout=LIMIT_S)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            output = process.communicate()[0]
            output += f"\nstopped after {LIMIT_S} s\n".encode()
    return Outcome(binary, output.decode(errors="replace"),
                   process.returncode)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--tally")
    options.add_argument("binaries", nargs="+")
    options = options.parse_args()
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for outcome in pool.map(run, map(os.path.abspath, options.binaries)):
            outcome.tell()
            passed += outcome.passed
            failed += len(outcome.failed)
    if options.tally:
        with open(options.tally, "w", encoding="utf-8") as file:
            file.write(f"{passed} {failed}\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
