"""The warm-up as its description has it: examples, events, a stream's end."""
import http.client
import json
import re
import signal
import threading
import time
import unittest

import server

JSON_TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict,
              "array": list, "null": type(None), "number": (int, float)}


def offences(value, schema, where):
    """What of a value is not as its schema says."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, JSON_TYPES[kind])
                         and (kind == "boolean" or value is not True)
                         and (kind == "boolean" or value is not False)
                         for kind in kinds):
        yield f"{where}: {value!r} is no {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if isinstance(value, (int, float)):
        if not schema.get("minimum", value) <= value <= schema.get("maximum",
                                                                   value):
            yield f"{where}: {value} is out of range"
    if isinstance(value, dict) and "properties" in schema:
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}: {name} is missing"
        for name, inner in value.items():
            if name not in schema["properties"]:
                yield f"{where}: {name} is not described"
            else:
                yield from offences(inner, schema["properties"][name],
                                    f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for inner in value:
            yield from offences(inner, schema["items"], where + "[]")


def parse(stream):
    """Events of a text/event-stream as browsers read it: (id, event, data)."""
    last_id, found = "", []
    for block in stream.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n")
                      if not line.startswith(":"))
        last_id = fields.get("id", last_id)
        if "data" in fields:
            found.append((last_id, fields["event"],
                          json.loads(fields["data"])))
    return found


class Stream:
    """An open stream of events."""

    def __init__(self, port, last_id=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port,
                                                     timeout=60)
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        self.connection.request("GET", "/warmup", headers=headers)
        self.response = self.connection.getresponse()
        self.text = ""

    def until(self, mark):
        """The events up to a text, or to the end."""
        deadline = time.monotonic() + 120
        while mark not in self.text or not self.text.endswith("\n\n"):
            if time.monotonic() > deadline:
                raise AssertionError(f"never came: {mark}\n{self.text}")
            line = self.response.readline().decode()
            if not line:
                break
            self.text += line
        return parse(self.text)

    def close(self):
        self.response.close()
        self.connection.close()


class Warmup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.api = server.shared().get("/openapi.json").json()
        cls.schemas = cls.api["components"]["schemas"]

    def stream(self, *arguments):
        opened = Stream(*arguments)
        self.addCleanup(opened.close)
        return opened

    def start_cold(self):
        started = server.Server(
            environment={"PREWARM_WARM_ON_START": "false"})
        self.addCleanup(started.stop)
        return started

    def expect(self, value, schema):
        self.assertEqual(list(offences(value, self.schemas[schema], schema)),
                         [])

    def test_examples_are_what_their_schemas_describe(self):
        seen = 0
        for operation in self.api["paths"]["/warmup"].values():
            for response in operation["responses"].values():
                for kind, content in response.get("content", {}).items():
                    examples = [e["value"] for e in
                                content.get("examples", {}).values()]
                    if "example" in content:
                        examples.append(content["example"])
                    for example in examples:
                        seen += 1
                        if kind == "text/event-stream":
                            for _, _, data in parse(example):
                                self.expect(data, "WarmStatus")
                        else:
                            self.expect(example, content["schema"]["$ref"]
                                        .rsplit("/", 1)[1])
        self.assertGreaterEqual(seen, 10)

    def test_report_and_status_are_what_their_schemas_describe(self):
        started = self.start_cold()
        self.expect(started.get("/warmup").json(), "WarmStatus")
        self.expect(started.warm().json(), "WarmUpReport")
        again = started.warm().json()
        self.expect(again, "WarmUpReport")
        self.assertIs(again["already_warm"], True)
        self.expect(started.get("/warmup").json(), "WarmStatus")

    def test_events_tell_the_way_from_cold_to_ready(self):
        started = self.start_cold()
        watching = self.stream(started.port)
        kind = watching.response.getheader("content-type")
        self.assertEqual(kind, "text/event-stream")
        self.assertEqual(watching.until('"cold"')[0][1], "progress")
        warming = threading.Thread(target=started.warm)
        warming.start()
        events = watching.until("event: ready")
        warming.join()
        self.assertRegex(watching.text, r"^retry: \d+\n")
        states = [data["state"] for _, _, data in events]
        self.assertEqual(sorted(set(states), key=states.index),
                         ["cold", "warming", "ready"])
        instance = events[0][2]["instance_id"]
        progress, numbers = [], []
        for event_id, name, data in events:
            self.expect(data, "WarmStatus")
            self.assertEqual(name == "ready", data["state"] == "ready")
            prefix, number = event_id.rsplit("-", 1)
            self.assertEqual(prefix, instance)
            numbers.append(int(number))
            progress.append(data["progress"])
        self.assertEqual(numbers, sorted(numbers))
        self.assertEqual(progress, sorted(progress))
        self.assertEqual(progress[-1], 1)

    def test_who_comes_back_with_the_last_id_gets_nothing_twice(self):
        port = server.shared().port
        (last, name, _), = self.stream(port).until("event: ready")
        self.assertEqual(name, "ready")
        again = self.stream(port, last)
        self.assertEqual(again.until(": watching"), [])
        for other in ("", "elsewhere-1", last + "0", "\u00e4"):
            events = self.stream(port, other).until("event: ready")
            self.assertEqual([e[:2] for e in events], [(last, "ready")])

    def test_draining_is_the_last_word_of_a_stream(self):
        started = self.start_cold()
        watching = self.stream(started.port)
        watching.until('"cold"')
        started.process.send_signal(signal.SIGTERM)
        events = watching.until("there is no such text: to the end")
        self.assertEqual(events[-1][2]["state"], "draining")
        self.assertEqual(started.process.wait(60), 0)

    def test_page_listens_to_every_event(self):
        script = server.shared().get("/storefront/watch.js").body.decode()
        self.assertIn("new EventSource(this.url)", script)
        listened = re.search(r"for \(const name of \[([^\]]+)\]\) \{\s+"
                             r"stream\.addEventListener\(name", script)[1]
        # "warmup" is the controller's.
        self.assertEqual(set(re.findall(r"'(\w+)'", listened)) - {"warmup"},
                         {"progress", "ready", "failed"})


if __name__ == "__main__":
    unittest.main()
