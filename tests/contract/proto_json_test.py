"""What holds messages against Google's descriptors finds what is wrong."""
import copy
import unittest

from google_double import OPERATION, SERVICE, descriptors
from run_service_double import Service

SOUND = {"name": "projects/p/locations/l/services/s", "generation": "3",
         "etag": "x", "annotations": {"a": "b"}, "launchStage": "GA",
         "template": Service.usual_template(),
         "scaling": {"minInstanceCount": 2, "scalingMode": "AUTOMATIC"},
         "createTime": "2026-01-01T00:00:00.5Z"}


class ProtoJson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.descriptors = descriptors()

    def wrong(self, change, is_request=False, kind=SERVICE):
        value = copy.deepcopy(SOUND) if kind == SERVICE else {}
        change(value)
        return self.descriptors.complaints(kind, value, is_request)

    def test_sound_service_is_sound(self):
        self.assertEqual(self.wrong(lambda service: None), [])

    def test_every_kind_of_mistake_is_found(self):
        for number, change in enumerate([
                lambda s: s.update(nosuch=1),
                lambda s: s.update(launch_stage="GA"),
                lambda s: s.update(generation=3),
                lambda s: s["scaling"].update(minInstanceCount="2"),
                lambda s: s["scaling"].update(minInstanceCount=2**31),
                lambda s: s["scaling"].update(minInstanceCount=True),
                lambda s: s["scaling"].update(scalingMode="SOMETIMES"),
                lambda s: s.update(annotations={"a": 1}),
                lambda s: s.update(createTime="yesterday"),
                lambda s: s["template"].update(containers={}),
                lambda s: s["template"]["containers"][0].update(imaeg="x"),
                lambda s: s["template"].update(timeout="5m"),
                lambda s: s.update(terminalCondition={
                    "reason": "UNKNOWN", "revisionReason": "PENDING"})]):
            self.assertNotEqual(self.wrong(change), [], number)

    def test_request_must_not_set_what_only_an_answer_has(self):
        self.assertIn("output only", " ".join(
            self.wrong(lambda s: s.update(uri="http://x"), True)))

    def test_operation_holds_a_message_of_the_type_that_it_names(self):
        def packed(**more):
            return lambda o: o.update(name="o", done=True, response={
                "@type": "type.googleapis.com/" + SERVICE, **more})
        self.assertEqual(self.wrong(packed(name="x"), kind=OPERATION), [])
        self.assertNotEqual(self.wrong(packed(nmae="x"), kind=OPERATION), [])
        self.assertNotEqual(self.wrong(lambda o: o.update(
            done=True, response={}), kind=OPERATION), [])

    def test_mask_names_fields_that_are_there_and_may_be_set(self):
        check = self.descriptors.mask_complaints
        self.assertEqual(check(SERVICE, "scaling.minInstanceCount,annotations"),
                         [])
        self.assertNotEqual(check(SERVICE, "scaling.min_instance_count"), [])
        self.assertNotEqual(check(SERVICE, "uri"), [])


if __name__ == "__main__":
    unittest.main()
