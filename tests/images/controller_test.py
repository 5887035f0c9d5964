"""The image of warmup-controller at work."""
import json
import os
import shutil
import signal
import tempfile
import unittest
from unittest import mock

from container import copy_of, root, run, wrapper

import controller
from controller import Controller, always, children, fixed_urls, policy
from file_server import FileServer, certificate
from server import wait_for

PROGRAM = "/usr/local/bin/warmup-controller"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def berlin():
    return json.dumps(policy(
        "hours", "server", timeZone="Europe/Berlin",
        windows=[{"name": "day", "from": "09:00", "to": "18:00",
                  "replicas": 1}]))


def plan(folder):
    return run(folder, PROGRAM, "plan", "--policy", "-", "--from",
               "2026-03-28", "--until", "2026-03-30", "--output", "json",
               input=berlin())


class Commands(unittest.TestCase):
    def test_help_is_what_it_says_by_itself(self):
        done = run(root("warmup-controller"), PROGRAM, "--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("plan", done.stdout)

    def test_zones_are_there_with_their_daylight_saving(self):
        done = plan(root("warmup-controller"))
        self.assertEqual(done.returncode, 0, done.stderr)
        # The clocks go forward on the 29th.
        self.assertIn("2026-03-28T08:00:00Z", done.stdout)
        self.assertIn("2026-03-29T07:00:00Z", done.stdout)

    def test_without_zones_the_plan_is_refused(self):
        folder = copy_of("warmup-controller")
        shutil.rmtree(os.path.join(folder, "usr/share/zoneinfo"))
        done = plan(folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Europe/Berlin", done.stderr)


class Local(unittest.TestCase):
    def start(self, *documents, binds=()):
        # In /tmp, where the image can have it under the same name.
        policies = tempfile.mkdtemp(prefix="policies", dir="/tmp")
        self.addCleanup(shutil.rmtree, policies, True)
        program = wrapper(root("warmup-controller"), PROGRAM,
                          binds=[(policies, policies, False), *binds])
        with mock.patch.object(controller, "BINARY", program):
            started = Controller(*documents, folder=policies)
        self.addCleanup(started.stop)
        return started

    def instance(self, trusted):
        """What the controller says of an https instance of a private CA."""
        folder = tempfile.mkdtemp(prefix="prewarm-tls-")
        self.addCleanup(shutil.rmtree, folder, True)
        pem = certificate(folder)
        binds = []
        if trusted:
            mounted = os.path.join(folder, "bundle.crt")
            shutil.copyfile(root("warmup-controller") + BUNDLE, mounted)
            with open(mounted, "a", encoding="ascii") as file, \
                    open(pem + ".crt", encoding="ascii") as own:
                file.write(own.read())
            binds = [(mounted, BUNDLE, False)]
        files = FileServer(b"{}", pem)
        self.enterContext(files)
        url = files.over_tls().origin
        started = self.start(
            fixed_urls("server", url),
            policy("hours", "server", kind="FixedUrls", replicas={"max": 1},
                   windows=always()), binds=binds)
        return started, files

    def test_an_authority_that_is_not_in_the_bundle_is_not_asked(self):
        started, files = self.instance(trusted=False)
        started.await_target(
            "server", lambda t: any("TLS" in i["error"] or "SSL" in i["error"]
                                    for i in t["instances"]), "a refusal")
        self.assertEqual(files.requests, [])

    def test_an_authority_of_the_bundle_is_trusted(self):
        started, files = self.instance(trusted=True)
        wait_for(lambda: files.requests, "a request over TLS")
        inner = children(started.process.pid)[0]
        os.kill(inner, signal.SIGTERM)
        self.assertEqual(started.process.wait(60), 0)

    def test_it_is_well_while_it_serves(self):
        started = self.start(
            fixed_urls("server", "http://127.0.0.1:1"),
            policy("hours", "server", kind="FixedUrls", replicas={"max": 1},
                   windows=always()))
        done = run(root("warmup-controller"), "/usr/local/bin/prewarm-health",
                   f"http://127.0.0.1:{started.port}/healthz")
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
