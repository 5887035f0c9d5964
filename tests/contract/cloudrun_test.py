"""`warmup-controller cloudrun` as a loop, on a double of Google Cloud."""
import os
import subprocess
import tempfile
import unittest

import promtool
from cloudrun import CloudRun, CloudRunCase, policy
from controller import BINARY, always
from google_double import PLACE
from run_service_double import Service
from side_by_side import suite


class Floors(CloudRunCase):
    def test_open_window_raises_the_minimum_and_sees_every_instance(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(3)))
        controller.await_warm(3)
        self.assertEqual(service.minimum(), 3)
        self.assertEqual(service.mark()["baseline"], 0)
        self.assertEqual(service.mark()["policies"], ["shop/hours"])
        # What others have written there is there still.
        self.assertEqual(service.document["annotations"]["shop.example/a"],
                         "b")
        self.assertEqual({p["mask"] for p in service.patches},
                         {"scaling.minInstanceCount,annotations"})
        self.assertEqual(len(service.instances), 3)
        sampled = controller.condition("Sampled")
        self.assertIn("3 of 3", sampled["message"])
        self.assertEqual(controller.request("GET", "/readyz").status, 200)
        text = controller.request("GET", "/metrics").body
        self.assertEqual(promtool.complaints(text), "")
        self.assertIn(b'prewarm_api_requests_total{code="200",'
                      b'resource="services",verb="patch"} 1', text)
        self.assertIn(b'prewarm_sample_calls_total{namespace="shop",'
                      b'outcome="new",target="server"} 3', text)

    def test_floor_is_given_back_when_the_policy_goes(self):
        service = self.double.add(minimum=1)
        quiet = self.double.add("quiet")
        controller = self.start(policy("hours", windows=always(2)),
                                policy("quiet", "quiet", intent={"enabled": True}))
        controller.await_warm(2)
        self.assertEqual(service.mark()["baseline"], 1)
        controller.declare(policy("quiet", "quiet", intent={"enabled": True}))
        controller.wait_for(lambda: service.minimum() == 1 and
                            service.mark() is None, "the baseline")
        controller.wait_for(lambda: "FloorRestored" in controller.log_text(),
                            "a line")
        self.assertEqual(quiet.patches, [])

    def test_restart_finds_what_it_has_written(self):
        service = self.double.add(minimum=1)
        controller = self.start(policy("hours", windows=always(3)))
        controller.await_warm(3)
        controller.stop()
        self.assertEqual(service.minimum(), 3)
        again = self.start(policy("hours", windows=always(3)))
        again.await_warm(3)
        self.assertEqual(len(service.patches), 1)
        again.declare(policy("hours", intent={"enabled": True}))
        again.wait_for(lambda: service.minimum() == 1, "the baseline")

    def test_policy_that_went_while_nobody_ran_gives_back_as_well(self):
        service = self.double.add()
        self.double.add("quiet")
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=("--state", state))
        controller.await_warm(2)
        controller.stop()
        again = self.start(policy("quiet", "quiet", intent={"enabled": True}),
                           arguments=("--state", state))
        again.wait_for(lambda: service.minimum() == 0, "nothing")
        self.assertIsNone(service.mark())

    def test_mark_of_another_controllers_policy_is_left_alone(self):
        service = self.double.add()
        self.double.add("quiet")
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=("--state", state))
        controller.await_warm(2)
        controller.stop()
        service.write(annotations={
            "prewarm.dev/floor": '{"baseline":0,"floor":2,"wanted":2,'
                                 '"reraised":false,"policies":["b/others"]}'})
        again = self.start(policy("quiet", "quiet", intent={"enabled": True}),
                           arguments=("--state", state))
        before = self.double.counts["get"]
        again.wait_for(lambda: self.double.counts["get"] >= before + 2,
                       "a look at both")
        again.wait_for(lambda: again.target("quiet"), "a round")
        again.stop()
        self.assertEqual(service.minimum(), 2)
        self.assertEqual(len(service.patches), 1)

    def test_give_back_gives_all_back_and_ends(self):
        service = self.double.add(minimum=1)
        controller = self.start(policy("hours", windows=always(3)))
        controller.await_warm(3)
        controller.stop()
        last = self.start(folder=controller.folder, wait=False,
                          arguments=("--give-back",))
        self.assertEqual(last.process.wait(60), 0, last.log_text())
        self.assertEqual(service.minimum(), 1)
        self.assertIsNone(service.mark())

    def test_somebody_elses_number_is_the_new_baseline(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(2)))
        controller.await_warm(2)
        service.write(minimum=4)
        controller.wait_for(
            lambda: service.mark() is None, "nothing of ours")
        self.assertEqual(service.minimum(), 4)
        controller.declare(policy("hours", windows=always(5)))
        controller.await_warm(5)
        self.assertEqual(service.mark()["baseline"], 4)

    def test_who_lowers_it_is_overruled_once_and_then_left_alone(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(3)))
        controller.await_warm(3)
        service.write(minimum=1)
        controller.wait_for(lambda: service.minimum() == 3, "one raise", 90)
        service.write(minimum=1)
        note = controller.wait_for(lambda: controller.condition("Conflict"),
                                   "a conflict", 90)
        self.assertEqual(note["reason"], "LoweredBySomebody")
        self.assertEqual(service.minimum(), 1)

    def test_floor_is_capped_by_the_maximum(self):
        service = self.double.add(maximum=2)
        controller = self.start(policy("hours", windows=always(5)))
        controller.await_warm(2)
        self.assertEqual(service.minimum(), 2)
        self.assertEqual(controller.condition("FloorCapped")["reason"],
                         "MaxInstanceCount")

    def test_visitor_who_announces_herself_gets_an_instance(self):
        service = self.double.add()
        controller = self.start(policy(
            "visits", intent={"enabled": True}, scaleDown={"delay": "0s"}))
        controller.wait_for(controller.target, "a round")
        reply = controller.intent("visitor-0001")
        self.assertEqual(reply.status, 200, reply.body)
        controller.await_warm(1)
        self.assertEqual(service.minimum(), 1)
        controller.intent("visitor-0001", "left")
        controller.wait_for(lambda: service.minimum() == 0, "the end")

    def test_services_of_two_regions_and_projects(self):
        here = self.double.add()
        there = self.double.add(
            "server", place="projects/other-project/locations/us-central1")
        full = "projects/other-project/locations/us-central1/services/server"
        controller = self.start(policy("hours", windows=always(1)),
                                policy("far", full, windows=always(2)))
        controller.await_warm(1)
        controller.await_warm(2, "server.us-central1.other-project")
        self.assertEqual((here.minimum(), there.minimum()), (1, 2))

    def test_full_name_and_short_name_are_one_service(self):
        service = self.double.add()
        controller = self.start(
            policy("hours", windows=always(1)),
            policy("more", PLACE + "/services/server", windows=always(2)))
        controller.await_warm(2)
        self.assertEqual(service.mark()["policies"],
                         ["shop/hours", "shop/more"])


class WhatIsNotSo(CloudRunCase):
    def test_dry_run_only_validates(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(2),
                                       dryRun=True))
        controller.wait_for(lambda: self.double.counts.get("validated"),
                            "a try")
        controller.wait_for(
            lambda: "a dry run: the Admin API would take minInstanceCount of "
            f"{service.name}: 0 -> 2" in controller.log_text(), "a line")
        self.assertEqual(service.patches, [])
        self.assertEqual(service.calls, [])
        state = controller.policy()
        self.assertEqual((state["desired"], state["dryRun"]), (2, True))

    def test_dry_run_of_the_whole_controller(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=("--dry-run",))
        controller.wait_for(lambda: self.double.counts.get("validated"),
                            "a try")
        self.assertEqual(service.patches, [])
        # Once for the same, however often it looks.
        gets = self.double.counts["get"]
        controller.wait_for(lambda: self.double.counts["get"] > gets,
                            "another look")
        self.assertEqual(self.double.counts["validated"], 1)

    def test_service_that_is_scaled_by_hand_is_refused_with_the_reason(self):
        service = self.double.add(scaling={"scalingMode": "MANUAL",
                                           "manualInstanceCount": 2})
        controller = self.start(policy("hours", windows=always(3)))
        target = controller.wait_for(
            lambda: (controller.target() or {}).get("trouble"), "trouble")
        self.assertIn("--scaling=auto", target)
        self.assertEqual(service.patches, [])

    def test_missing_probe_and_throttled_cpu_are_told(self):
        self.double.add(template=Service.usual_template(probe=None, idle=True))
        controller = self.start(policy("hours", windows=always(1)))
        controller.await_warm(1)
        self.assertIn("/readyz",
                      controller.condition("GateMissing")["message"])
        self.assertIn("--no-cpu-throttling",
                      controller.condition("CpuThrottled")["message"])

    def test_instances_that_never_answer_are_not_called_warm(self):
        service = self.double.add(picks="packed")
        controller = self.start(policy("hours", windows=always(3)))
        controller.await_warm(1)
        # Several more calls bring nothing new, and are no failure either.
        before = len(service.calls)
        controller.wait_for(lambda: len(service.calls) > before + 5, "calls")
        target = controller.target()
        self.assertEqual((target["desired"], target["warm"]), (3, 1))
        self.assertIsNone(controller.condition("Degraded"))
        self.assertIsNone(controller.condition("Warm"))
        self.assertIn("1 of 3", controller.condition("Sampled")["message"])

    def test_200_without_a_verified_inference_is_not_warm(self):
        service = self.double.add()
        service.proves_nothing = True
        controller = self.start(policy("hours", windows=always(1)))
        error = controller.wait_for(
            lambda: next((one["error"] for one in
                          (controller.target() or {}).get("instances", [])
                          if one["error"]), None), "a failure")
        self.assertIn("canary", error)
        self.assertEqual(controller.target()["warm"], 0)

    def test_nothing_is_called_while_nothing_is_asked_for(self):
        service = self.double.add(minimum=1)
        controller = self.start(policy("idle", intent={"enabled": True}))
        before = controller.wait_for(lambda: self.double.counts.get("get"),
                                     "a look")
        controller.wait_for(lambda: self.double.counts["get"] > before,
                            "another one", 60)
        self.assertEqual(service.calls, [])
        self.assertEqual(service.patches, [])

    def test_wrong_policies_are_told_by_field(self):
        folder = tempfile.mkdtemp()
        deployment = policy("a", windows=always(1))
        deployment["spec"]["targetRef"]["kind"] = "Deployment"
        ported = policy("b", windows=always(1))
        ported["spec"]["warmup"]["port"] = 8081
        first = policy("c", "twice", windows=always(1))
        second = policy("d", "twice", namespace="other", windows=always(1))
        controller = CloudRun(self.double, deployment, ported, first, second,
                              folder=folder, wait=False,
                              arguments=("--check",))
        self.assertEqual(controller.process.wait(60), 1)
        text = controller.log_text()
        for words in ("spec.targetRef.kind is Deployment",
                      "spec.warmup.port is 8081",
                      "is scaled by policies of namespace shop already"):
            self.assertIn(words, text)

    def test_short_name_without_a_place_is_refused(self):
        controller = CloudRun(self.double, policy("a", windows=always(1)),
                              wait=False, place=False,
                              arguments=("--check",))
        self.assertEqual(controller.process.wait(60), 1)
        self.assertIn("--project and --location", controller.log_text())

    def test_first_start_makes_the_folder_of_its_state(self):
        self.double.add()
        # As a bucket is: a folder is there once something lies in it.
        bucket = tempfile.mkdtemp()
        state = os.path.join(bucket, "state", "controller.json")
        check = CloudRun(self.double, policy("hours", windows=always(1)),
                         wait=False, arguments=("--state", state, "--check"))
        self.assertEqual(check.process.wait(60), 0, check.log_text())
        self.assertEqual(os.listdir(bucket), [])
        controller = self.start(policy("hours", windows=always(1)),
                                arguments=("--state", state))
        controller.await_warm(1)
        controller.stop()
        self.assertTrue(os.path.exists(state))

    def test_state_in_a_bucket_that_is_not_mounted_is_refused(self):
        mount = os.path.join(tempfile.mkdtemp(), "mnt")
        state = os.path.join(mount, "state", "controller.json")
        for more in ((), ("--check",)):
            controller = CloudRun(
                self.double, policy("hours", windows=always(1)), wait=False,
                arguments=("--state", state, *more))
            self.assertEqual(controller.process.wait(60), 2)
            self.assertIn("No such file", controller.log_text())
        self.assertFalse(os.path.exists(mount))

    def test_wrong_options_are_told_all_at_once(self):
        done = subprocess.run(
            [BINARY, "cloudrun", "--policies", ".", "--on-request",
             "--step-every", "soon", "--step-bound", "0s", "--run-endpoint",
             "ftp://x", "--credentials", "/nonexistent", "--project", "a b",
             "--location", "x/y", "--reconcile-caller", "nobody"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        for words in ("--reconcile-audience", "--step-every=\"soon\"",
                      "--step-bound=\"0s\"", "--run-endpoint",
                      "/nonexistent", "--project=\"a b\"",
                      "--location=\"x/y\"", "--reconcile-caller=\"nobody\""):
            self.assertIn(words, done.stderr)


def load_tests(_loader, tests, _pattern):
    return suite(tests, CloudRunCase)


if __name__ == "__main__":
    unittest.main()
