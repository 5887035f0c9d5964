"""Startup, liveness and readiness probes, as often and as patient as the pod
spec says. HTTP and TCP; another kind is refused, never taken as passed."""
import http.client
import socket
import ssl


class Probe:
    """One probe of one running container. passed: None before the first
    verdict."""

    def __init__(self, spec, started_at):
        if not ("httpGet" in spec or "tcpSocket" in spec):
            raise ValueError(f"no such probe in tests: {sorted(spec)}")
        self._spec = spec
        self._run = 0
        self._last = None
        self.passed = None
        self.due = started_at + spec.get("initialDelaySeconds", 0)

    def step(self, now, container, address):
        """Probes if it is due, which may last timeoutSeconds."""
        if now < self.due:
            return
        good = self._ask(container, address)
        self._run = self._run + 1 if good == self._last else 1
        self._last = good
        if self._run >= self._spec.get(
                "successThreshold" if good else "failureThreshold",
                1 if good else 3):
            self.passed = good
        self.due = now + self._spec.get("periodSeconds", 10)

    def _ask(self, container, address):
        timeout = self._spec.get("timeoutSeconds", 1)
        try:
            if "tcpSocket" in self._spec:
                where = self._spec["tcpSocket"]
                with socket.create_connection(
                        (where.get("host", address),
                         port_number(container, where["port"])), timeout):
                    return True
            return self._http(container, address, timeout)
        except (OSError, http.client.HTTPException):
            return False

    def _http(self, container, address, timeout):
        where = self._spec["httpGet"]
        host = where.get("host") or address
        port = port_number(container, where["port"])
        if where.get("scheme", "HTTP").upper() == "HTTPS":
            # A kubelet verifies no certificates either.
            connection = http.client.HTTPSConnection(
                host, port, timeout=timeout,
                context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(host, port,
                                                    timeout=timeout)
        try:
            connection.request("GET", where.get("path", "/"), headers={
                "User-Agent": "kube-probe/test", **{
                    header["name"]: header["value"]
                    for header in where.get("httpHeaders", [])}})
            return 200 <= connection.getresponse().status < 400
        finally:
            connection.close()


def port_number(container, port):
    """A probe names a port by number or by the container's name for it."""
    if isinstance(port, int):
        return port
    for known in container.get("ports", []):
        if known.get("name") == port:
            return known["containerPort"]
    raise ValueError(f"container {container['name']} has no port {port}")
