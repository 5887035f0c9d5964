"""`warmup-controller local`: the loop on processes of this machine."""
import json
import os
import signal
import subprocess
import tempfile
import unittest

from controller import (BINARY, Controller, alive, always, children, fixed_urls,
                        free_ports, local_process, policy)
from server import wait_for


class LocalMode(unittest.TestCase):
    def start(self, *documents, **more):
        controller = Controller(*documents, **more)
        self.addCleanup(controller.stop)
        return controller

    def test_open_window_gets_warm_instances(self):
        controller = self.start(local_process("server"),
                                policy("hours", "server", windows=always(2)))
        target = controller.await_target(
            "server", lambda t: t["warm"] == 2, "two warm instances")
        self.assertEqual(target["state"], "ready")
        self.assertEqual(len(target["instances"]), 2)
        state = controller.policy("hours")
        self.assertEqual(state["desired"], 2)
        self.assertEqual(controller.get("/readyz").status, 200)
        self.assertEqual(len(children(controller.process.pid)), 2)

    def test_nothing_runs_while_nothing_is_asked_for(self):
        controller = self.start(
            local_process("server"),
            policy("idle", "server", intent={"enabled": True}))
        wait_for(lambda: controller.target("server"), "a status")
        self.assertEqual(controller.target("server")["state"], "cold")
        self.assertEqual(children(controller.process.pid), [])

    def test_stop_leaves_no_process(self):
        controller = self.start(local_process("server"),
                                policy("hours", "server", windows=always(2)))
        controller.await_target("server", lambda t: t["warm"] == 2, "warm")
        pids = children(controller.process.pid)
        self.assertEqual(controller.stop(), 0)
        self.assertEqual([pid for pid in pids if alive(pid)], [])

    def test_killed_controller_leaves_no_process(self):
        controller = self.start(local_process("server"),
                                policy("hours", "server", windows=always()))
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")
        pids = children(controller.process.pid)
        controller.stop(signal.SIGKILL)
        wait_for(lambda: not any(alive(pid) for pid in pids), "an end", 20)

    def test_instance_that_dies_is_started_and_proven_again(self):
        controller = self.start(local_process("server"),
                                policy("hours", "server", windows=always()))
        first = controller.await_target("server", lambda t: t["warm"] == 1,
                                        "warm")
        os.kill(children(controller.process.pid)[0], signal.SIGKILL)
        again = controller.await_target(
            "server", lambda t: t["warm"] == 1 and
            t["instances"][0]["id"] != first["instances"][0]["id"],
            "another warm one")
        self.assertEqual(again["state"], "ready")

    def test_200_without_a_verified_inference_is_not_warm(self):
        controller = self.start(
            local_process("server", "--proves-nothing"),
            policy("hours", "server", windows=always(),
                   warmup={"jitter": "0s", "retries": 1}))
        target = controller.await_target(
            "server", lambda t: t["state"] == "failed", "a failure")
        self.assertEqual(target["warm"], 0)
        self.assertIn("canary", target["instances"][0]["error"])

    def test_folder_is_followed_and_what_is_wrong_changes_nothing(self):
        server = local_process("server")
        controller = self.start(server, policy("hours", "server",
                                               windows=always(1)))
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")
        pids = children(controller.process.pid)
        controller.declare(server, policy("hours", "server",
                                          windows=always(99)))
        wait_for(lambda: "expected 1 to 4" in controller.log_text()
                 or "policies_refused" in controller.log_text(), "a refusal")
        self.assertEqual(controller.target("server")["warm"], 1)
        self.assertIn("replicas",
                      controller.get("/api/v1/policies").json()["refused"])
        self.assertIn("prewarm_policies_refused 1\n",
                      controller.get("/metrics").body.decode())
        controller.declare(server, policy("hours", "server",
                                          windows=always(1)))
        wait_for(lambda: "event=policies_accepted" in controller.log_text(),
                 "the end of the refusal")
        controller.declare(server, policy("hours", "server",
                                          windows=always(2)))
        controller.await_target("server", lambda t: t["warm"] == 2, "a second")
        self.assertIn(pids[0], children(controller.process.pid))
        self.assertIsNone(controller.get("/api/v1/policies").json()["refused"])

    def test_error_that_goes_to_a_program_is_one_line(self):
        done = subprocess.run(
            [BINARY, "validate", "-"], text=True, capture_output=True,
            input=json.dumps(policy("hours", "server", windows=[
                {"name": "a", "from": "9:00", "to": "18:00"}])))
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 2, lines)
        self.assertGreater(len(lines[0]), 80)
        self.assertEqual(lines[1], "1 error")

    def test_program_that_does_not_exist_is_told_everywhere(self):
        server = local_process("server")
        server["spec"]["command"] = ["/no/such/program", "{port}"]
        controller = self.start(server, policy("hours", "server",
                                               windows=always()))
        target = controller.await_target("server", lambda t: t["trouble"],
                                         "trouble")
        self.assertEqual(target["state"], "failed")
        self.assertIsNone(target["etaSeconds"])
        wait_for(lambda: "event=trouble " in controller.log_text(), "a line")
        self.assertIn("event=local_needs_missing", controller.log_text())
        self.assertIn("/no/such/program", controller.log_text())
        self.assertIn('prewarm_target_troubles_total{namespace="shop",'
                      'target="server"}', controller.get("/metrics").body.decode())

    def test_process_that_does_not_stop_is_killed_and_told(self):
        server = local_process("server", "--ignore-term")
        server["spec"]["stopTimeout"] = "1s"
        controller = self.start(server, policy("hours", "server",
                                               windows=always()))
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")
        controller.stop()
        self.assertIn("was killed", controller.log_text())
        self.assertIn("event=stopped", controller.log_text())

    def test_url_that_nobody_answers_at_is_told(self):
        urls = fixed_urls("server", f"http://127.0.0.1:{free_ports(1)}")
        controller = self.start(urls, policy(
            "hours", "server", kind="FixedUrls", replicas={"max": 1},
            windows=always()))
        target = controller.await_target(
            "server", lambda t: t["instances"] and t["instances"][0]["error"],
            "an error")
        self.assertEqual(target["state"], "starting")

    def test_public_listener_has_a_probe_and_tells_of_nothing_else(self):
        controller = self.start(
            local_process("server"),
            policy("hours", "server", intent={"enabled": True}))
        self.assertEqual(
            controller.get("/healthz", public=True).status, 200)
        paths = controller.get("/openapi.json", public=True).json()["paths"]
        self.assertIn("/api/v1/targets/{namespace}/{name}/intent", paths)
        self.assertNotIn("/metrics", paths)
        for path in paths:
            self.assertFalse(path.startswith("/api/v1/policies"), path)

    def test_start_that_fails_is_told_in_the_form_of_the_log(self):
        controller = self.start(
            local_process("server"), policy("hours", "nobody", windows=always()),
            arguments=("--log-format", "json"), wait=False)
        self.assertEqual(controller.process.wait(20), 1)
        line = json.loads(controller.log_text())
        self.assertEqual(line["event"], "not_started")
        self.assertIn("nobody", line["errors"])

    def test_two_controllers_do_not_share_a_state(self):
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        documents = (local_process("server"), policy("hours", "server", windows=always()))
        self.start(*documents, arguments=("--state", state))
        second = self.start(*documents, arguments=("--state", state),
                            wait=False)
        self.assertEqual(second.process.wait(20), 2)
        self.assertIn("another controller has it", second.log_text())

    def test_fixed_urls_are_warmed_where_they_are(self):
        from server import Server  # the real one, on a port of its own
        server = Server()
        self.addCleanup(server.stop)
        urls = fixed_urls("server", f"http://127.0.0.1:{server.port}")
        controller = self.start(urls, policy(
            "hours", "server", kind="FixedUrls", replicas={"max": 1},
            windows=always()))
        target = controller.await_target("server", lambda t: t["warm"] == 1,
                                         "a warm server", 120)
        self.assertEqual(target["state"], "ready")
        self.assertEqual(server.get("/readyz").status, 200)

    def test_visitor_wakes_an_instance_and_leaving_lets_it_go(self):
        controller = self.start(
            local_process("server"),
            policy("few", "server", intent={"enabled": True},
                   scaleDown={"delay": "0s"}))
        wait_for(lambda: controller.target("server"), "a status")
        answer = controller.intent("server", "visitor-0001")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.json()["state"], "cold")
        self.assertGreater(answer.json()["heartbeatSeconds"], 0)
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")
        self.assertEqual(controller.intent("server", "visitor-0001",
                                           "left").status, 200)
        controller.await_target(
            "server", lambda t: t["current"] == 0 and not t["instances"],
            "no instance")

    def test_standby_passes_intents_on(self):
        documents = (local_process("server"),
                     policy("few", "server", intent={"enabled": True}))
        leader = self.start(*documents,
                            arguments=("--trusted-proxy", "127.0.0.1"))
        standby = self.start(*documents, arguments=(
            "--forward-intents", f"http://127.0.0.1:{leader.public_port}"))
        wait_for(lambda: leader.target("server"), "a status")
        answer = standby.intent("server", "visitor-0001")
        self.assertEqual(answer.status, 200, answer.body)
        leader.await_target("server", lambda t: t["warm"] == 1, "warm")
        self.assertEqual(standby.target("server")["current"], 0)
        leader.stop()
        self.assertEqual(standby.intent("server", "visitor-0001").status, 503)

    def test_a_target_of_a_deployment_is_its_namesake_here(self):
        controller = self.start(
            local_process("server"),
            policy("hours", "server", kind="Deployment", windows=always()))
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")

    def test_restart_remembers_what_was_learned(self):
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        documents = (local_process("server"),
                     policy("hours", "server", windows=always()))
        arguments = ("--state", state)
        first = self.start(*documents, arguments=arguments)
        first.await_target("server", lambda t: t["warm"] == 1, "warm")
        first.stop()
        with open(state, encoding="utf-8") as file:
            saved = json.load(file)
        self.assertEqual(
            len(saved["targets"]["shop/LocalProcess/server"]["makespans"]), 1)
        second = self.start(*documents, arguments=arguments)
        second.await_target("server", lambda t: t["warm"] == 1, "warm")
        second.stop()
        with open(state, encoding="utf-8") as file:
            saved = json.load(file)
        self.assertEqual(
            len(saved["targets"]["shop/LocalProcess/server"]["makespans"]), 2)

    def test_damaged_state_is_set_aside(self):
        state = os.path.join(tempfile.mkdtemp(), "state.json")
        with open(state, "w", encoding="utf-8") as file:
            file.write("{half")
        controller = self.start(
            local_process("server"),
            policy("hours", "server", windows=always()),
            arguments=("--state", state))
        controller.await_target("server", lambda t: t["warm"] == 1, "warm")
        self.assertTrue(os.path.exists(state + ".bad"))

    def test_missing_target_is_told_before_anything_starts(self):
        controller = self.start(
            policy("hours", "nobody", windows=always()), wait=False)
        self.assertEqual(controller.process.wait(20), 1)
        self.assertIn("nobody", controller.log_text())

    def test_port_range_that_is_taken_is_trouble_and_told(self):
        import socket
        first = free_ports(1)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", first))
            taken.listen()
            server = local_process("server")
            server["spec"]["ports"] = {"from": first, "to": first}
            controller = self.start(server, policy(
                "hours", "server", replicas={"max": 1}, windows=always()))
            target = controller.await_target(
                "server", lambda t: t["trouble"], "trouble")
            self.assertIn(str(first), target["trouble"])
        controller.await_target("server", lambda t: t["warm"] == 1,
                                "warm once it is free")


if __name__ == "__main__":
    unittest.main()
