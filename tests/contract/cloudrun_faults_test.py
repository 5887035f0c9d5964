"""`warmup-controller cloudrun`: credentials, and what it does when Google fails."""
import os
import tempfile
import unittest

from cloudrun import CloudRunCase, policy
from controller import always
from side_by_side import suite


class Credentials(CloudRunCase):
    def test_key_file_signs_assertions_that_openssl_accepts(self):
        service = self.double.add()
        path = self.double.key_file(os.path.join(tempfile.mkdtemp(), "k.json"))
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=("--credentials", path))
        controller.await_warm(2)
        self.assertEqual(service.minimum(), 2)
        self.assertEqual(self.double.counts["access"], 1)
        self.assertEqual(self.double.counts["identity"], 1)

    def test_key_that_is_not_the_accounts_any_more_is_told(self):
        self.double.add()
        path = self.double.key_file(os.path.join(tempfile.mkdtemp(), "k.json"))
        self.double.account_key = self.double.key
        controller = self.start(policy("hours", windows=always(1)),
                                arguments=("--credentials", path))
        trouble = controller.wait_for(
            lambda: (controller.target() or {}).get("trouble"), "trouble")
        self.assertIn("invalid_grant", trouble)
        self.assertIn("the key was deleted", trouble)

    def test_tokens_are_kept_and_replaced_before_they_end(self):
        service = self.double.add()
        self.double.access_lifetime = 2
        controller = self.start(policy("hours", windows=always(1)))
        controller.await_warm(1)
        first = self.double.counts["access"]
        service.write(minimum=5)
        controller.wait_for(lambda: self.double.counts["access"] > first,
                            "another token", 90)
        self.assertNotIn("authentication", controller.log_text())

    def test_token_that_is_not_taken_is_replaced(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(1)))
        controller.await_warm(1)
        self.double.access.clear()
        gets = self.double.counts["get"]
        controller.wait_for(lambda: self.double.counts["get"] > gets,
                            "another look", 60)
        self.assertEqual(self.double.counts["access"], 2)
        self.assertEqual(service.minimum(), 1)
        self.assertEqual(controller.target()["trouble"], "")

    def test_who_may_not_invoke_learns_the_role(self):
        self.double.add()
        self.double.may_not_invoke = True
        controller = self.start(policy("hours", windows=always(1)))
        error = controller.wait_for(
            lambda: next((one["error"] for one in
                          (controller.target() or {}).get("instances", [])
                          if one["error"]), None), "a failure")
        self.assertIn("roles/run.invoker", error)

    def test_admin_token_goes_with_the_call(self):
        service = self.double.add()
        service.token = "a token of sixteen bytes"
        path = os.path.join(tempfile.mkdtemp(), "token")
        with open(path, "w", encoding="ascii") as file:
            file.write(service.token)
        controller = self.start(policy("hours", windows=always(1)),
                                arguments=("--admin-token-file", path))
        controller.await_warm(1)


class Faults(CloudRunCase):
    def arrive(self, arguments=()):
        """The floor is reached in spite of what was told to fail."""
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(2)),
                                arguments=arguments)
        controller.await_warm(2)
        self.assertEqual(service.minimum(), 2)
        return controller, service

    def test_conflict_is_read_again_and_is_no_trouble(self):
        self.double.fail("patch", 409, times=2)
        controller, service = self.arrive()
        self.assertNotIn("event=trouble", controller.log_text())
        self.assertEqual(len(service.patches), 1)

    def test_etag_of_a_service_that_changed_meanwhile(self):
        service = self.double.add()
        controller = self.start(policy("hours", windows=always(1)))
        controller.await_warm(1)
        service.write(annotations={**service.document["annotations"],
                                   "shop.example/c": "d"})
        controller.declare(policy("hours", windows=always(3)))
        controller.await_warm(3)
        self.assertEqual(service.document["annotations"]["shop.example/c"],
                         "d")

    def test_too_many_requests_are_waited_for_as_asked(self):
        self.double.fail("patch", 429, retry_after=2)
        controller, _ = self.arrive()
        self.assertIn("RESOURCE_EXHAUSTED", controller.log_text())

    def test_unavailable_api_is_tried_again(self):
        for kind in ("get", "patch", "poll"):
            self.double.fail(kind, 503)
        self.arrive()

    def test_connection_that_breaks_is_tried_again(self):
        for kind in ("get", "patch", "poll"):
            self.double.fail(kind, drop=True)
        _, service = self.arrive()
        self.assertEqual(service.minimum(), 2)

    def test_operation_that_ends_in_an_error_is_told_and_tried_again(self):
        self.double.fail("patch", operation_error=(13, "no capacity today"))
        controller, _ = self.arrive()
        self.assertIn("no capacity today", controller.log_text())

    def test_slow_operation_is_waited_for_while_instances_are_seen(self):
        self.double.operation_seconds = 4
        controller, service = self.arrive()
        controller.wait_for(lambda: "FloorRaised" in controller.log_text(),
                            "the end of the operation")
        self.assertEqual(len(service.patches), 1)

    def test_metadata_server_that_fails_is_asked_again(self):
        self.double.fail("access", 503, times=2)
        self.double.fail("identity", 503)
        self.arrive()

    def test_service_that_fails_once_is_called_again(self):
        self.double.fail("service", 503)
        self.arrive()

    def test_who_may_not_update_learns_the_role_and_the_command(self):
        self.double.add()
        self.double.denied["run.services.update"] = \
            "Permission 'run.services.update' denied on resource 'server'"
        controller = self.start(policy("hours", windows=always(2)))
        trouble = controller.wait_for(
            lambda: (controller.target() or {}).get("trouble"), "trouble")
        self.assertIn("roles/run.developer", trouble)
        self.assertIn("--region=europe-west1", trouble)
        self.double.denied.clear()
        controller.await_warm(2)

    def test_who_may_not_act_as_the_account_learns_the_other_role(self):
        self.double.add()
        self.double.denied["run.services.update"] = \
            "Permission 'iam.serviceaccounts.actAs' denied on service account"
        controller = self.start(policy("hours", windows=always(2)))
        trouble = controller.wait_for(
            lambda: (controller.target() or {}).get("trouble"), "trouble")
        self.assertIn("roles/iam.serviceAccountUser", trouble)

    def test_service_that_is_not_there_is_told(self):
        controller = self.start(policy("hours", windows=always(2)))
        trouble = controller.wait_for(
            lambda: (controller.target() or {}).get("trouble"), "trouble")
        self.assertIn("gcloud run services list --project=shop-project",
                      trouble)
        self.double.add()
        controller.await_warm(2)


def load_tests(_loader, tests, _pattern):
    return suite(tests, CloudRunCase)


if __name__ == "__main__":
    unittest.main()
