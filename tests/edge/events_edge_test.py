"""GET /warmup as events through nginx with its default buffering, and through
Varnish: each arrives when it happens."""
import os
import threading
import unittest

import edges
import server
import warmup_test


class Events:
    edge_kind = None

    def setUp(self):
        self.origin = server.Server("--warm-on-start", "false")
        self.addCleanup(self.origin.stop)
        self.edge = self.edge_kind(self.origin.port)
        self.addCleanup(self.edge.stop)

    def watch(self, last_id=None):
        stream = warmup_test.Stream(self.edge.port, last_id)
        self.addCleanup(stream.close)
        return stream

    def test_events_arrive_one_by_one_with_ids_of_the_instance(self):
        instance = self.edge.get("/health").json()["instance_id"]
        watching = self.watch()
        self.assertEqual(watching.response.getheader("content-type"),
                         "text/event-stream")
        # It has come although the stream goes on, and nothing else happens.
        first = watching.until('"cold"')
        self.assertEqual(first[0][1], "progress")
        warming = threading.Thread(target=self.origin.warm)
        warming.start()
        watching.until('"warming"')
        events = watching.until("event: ready")
        warming.join()
        numbers = []
        for event_id, _, data in events:
            self.assertEqual(data["instance_id"], instance)
            self.assertRegex(event_id, rf"^{instance}-\d+$")
            numbers.append(int(event_id.rsplit("-", 1)[1]))
        # Estimates that moved on are told under the number of their state.
        self.assertEqual(numbers, sorted(numbers))
        self.assertGreaterEqual(len(events), 3)
        # Connected again with the last id: nothing is told twice.
        again = self.watch(events[-1][0])
        self.assertEqual(again.until(": watching"), [])

    def test_stream_ends_at_the_edge_when_the_instance_does(self):
        watching = self.watch()
        watching.until('"cold"')
        stopping = threading.Thread(target=self.origin.stop)
        stopping.start()
        # Reads to the end; the edge keeps no stream open of a server that left.
        events = watching.until("nothing that comes")
        stopping.join()
        self.assertIn(events[-1][2]["state"], ("cold", "draining"))


class EventsThroughNginx(Events, unittest.TestCase):
    edge_kind = edges.Nginx

    def test_buffering_is_left_to_the_origin(self):
        with open(os.path.join(edges.DEPLOY, "nginx.conf"),
                  encoding="utf-8") as file:
            told = [line for line in file
                    if not line.strip().startswith("#")]
        self.assertNotIn("proxy_buffering", "".join(told))
        stream = warmup_test.Stream(self.origin.port)
        self.addCleanup(stream.close)
        self.assertEqual(stream.response.getheader("x-accel-buffering"), "no")


class EventsThroughVarnish(Events, unittest.TestCase):
    edge_kind = edges.Varnish


if __name__ == "__main__":
    unittest.main()
