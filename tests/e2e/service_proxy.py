"""What kube-proxy and the cluster's DNS do: connections to a Service's address go
to one of its endpoints; names are told as lines of /etc/hosts."""
import random
import socket
import threading

from api import ApiError


class ServiceProxy:
    """Of one namespace. TCP alone.

        with ServiceProxy(cluster, namespace):
            ...
    """

    def __init__(self, cluster, namespace):
        self._api = cluster.admin
        self._path = f"/api/v1/namespaces/{namespace}"
        self._listeners = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join()
        for listener in self._listeners.values():
            listener.close()

    def _run(self):
        while not self._stopped.wait(0.2):
            try:
                self._look()
            except (ApiError, ConnectionError):
                pass

    def _look(self):
        for service in self._api.list(self._path + "/services")[0]:
            for port in service["spec"]["ports"]:
                where = (service["spec"]["clusterIP"], port["port"])
                if where in self._listeners or where[0] == "None":
                    continue
                listener = socket.create_server(where)
                self._listeners[where] = listener
                threading.Thread(target=self._accept, daemon=True, args=(
                    listener, service["metadata"]["name"], port)).start()

    def _accept(self, listener, name, port):
        while True:
            try:
                visitor, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, daemon=True,
                             args=(visitor, name, port)).start()

    def _serve(self, visitor, name, port):
        """No endpoint: refused, as far as a proxy can."""
        try:
            with visitor, socket.create_connection(
                    random.choice(self._endpoints(name, port)), 5) as inside:
                inside.settimeout(None)
                back = threading.Thread(target=_copy, daemon=True,
                                        args=(inside, visitor))
                back.start()
                _copy(visitor, inside)
                back.join()
        except (OSError, IndexError, ApiError):
            pass

    def _endpoints(self, name, port):
        found = self._api.find(f"{self._path}/endpoints/{name}") or {}
        return [(address["ip"], one["port"])
                for subset in found.get("subsets") or []
                for one in subset.get("ports") or []
                if one.get("name") == port.get("name")
                for address in subset.get("addresses") or []]


def _copy(source, to):
    try:
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def hosts(api, namespace):
    """[(address, names)] of the Services of a namespace."""
    return [(service["spec"]["clusterIP"], [
        f"{service['metadata']['name']}{end}" for end in (
            "", f".{namespace}", f".{namespace}.svc",
            f".{namespace}.svc.cluster.local")])
        for service in api.list(f"/api/v1/namespaces/{namespace}/services")[0]
        if service["spec"].get("clusterIP", "None") != "None"]
