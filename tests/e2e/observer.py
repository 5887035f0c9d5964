"""An independent observer: the official Python client, a thread, and calls of
its own to the pods. Says when which addresses got visitors, and which of them
were not warm then."""
import http.client
import json
import threading
import time

import kubernetes
import urllib3


def says_ready(address, port=8080):
    """Whether the instance there says that it is warm. One that has gone
    meanwhile says nothing: None."""
    connection = http.client.HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", "/health")
        return json.loads(connection.getresponse().read())["ready"]
    except OSError:
        return None
    finally:
        connection.close()


class Visitors:
    """Follows the Endpoints of a Service, which every address of a visitor's
    request comes from.

        with Visitors(cluster, namespace) as visitors:
            ...
        assert not visitors.cold
    """

    def __init__(self, cluster, namespace, service="server"):
        self._core = kubernetes.client.CoreV1Api(
            kubernetes.config.new_client_from_config(cluster.kubeconfig))
        self._where = (namespace,)
        self._only = f"metadata.name={service}"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        # (time, addresses), at each change.
        self.seen = [(time.time(), frozenset())]
        self.cold = []
        self.error = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()

    def at(self, moment):
        """The addresses that got visitors then."""
        return [addresses for since, addresses in self.seen
                if since <= moment][-1]

    def first(self, count):
        """When so many were there at first; None: never."""
        return next((since for since, addresses in self.seen
                     if len(addresses) >= count), None)

    @property
    def now(self):
        return self.seen[-1][1]

    def _run(self):
        while not self._stopped.is_set():
            stream = kubernetes.watch.Watch()
            try:
                for event in stream.stream(
                        self._core.list_namespaced_endpoints, *self._where,
                        field_selector=self._only, timeout_seconds=1):
                    self._note(event["object"])
            except (kubernetes.client.ApiException,
                    urllib3.exceptions.HTTPError):
                # The server is away, or has forgotten: from the beginning.
                self._stopped.wait(0.2)

    def _note(self, endpoints):
        addresses = frozenset(
            address.ip for subset in endpoints.subsets or []
            for address in subset.addresses or [])
        if addresses == self.now:
            return
        fresh = addresses - self.now
        self.seen.append((time.time(), addresses))
        self.cold += [address for address in fresh
                      if says_ready(address) is False]
