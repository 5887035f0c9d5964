"""A thin client of the Kubernetes API: paths and dictionaries.

No generated classes: they know one version of Kubernetes, and they cost more
time per object than the API server takes to store it.
"""
import http.client
import json
import socket
import ssl
import threading
import urllib.parse

PATCHES = {"merge": "application/merge-patch+json",
           "strategic": "application/strategic-merge-patch+json",
           "json": "application/json-patch+json"}


class ApiError(Exception):
    """An answer that is no success; status 410 is a history that is gone."""

    def __init__(self, status, body, what):
        self.status = status
        self.reason = body.get("reason", "")
        super().__init__(f"{what}: {status} {body.get('message', body)}")


class Api:
    """Thread-safe: each thread has a connection of its own."""

    def __init__(self, port, ca, token, host="127.0.0.1"):
        self._address = (host, port)
        self._context = ssl.create_default_context(cafile=ca)
        self._token = token
        self._local = threading.local()

    def _connect(self, timeout):
        return http.client.HTTPSConnection(
            *self._address, context=self._context, timeout=timeout)

    def _headers(self, content_type=None):
        headers = {"Authorization": "Bearer " + self._token,
                   "Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        return headers

    def request(self, method, path, body=None, query=None,
                content_type="application/json"):
        """The answer's object (or text). Raises ApiError, or ConnectionError
        when nobody answers."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        data = None if body is None else json.dumps(body)
        headers = self._headers(content_type if data is not None else None)
        # A kept connection may be dead since the server's restart: once more
        # on a new one.
        for fresh in (False, True):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = self._connect(30)
                fresh = True
            try:
                connection.request(method, path, data, headers)
                response = connection.getresponse()
                text = response.read()
                break
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = None
                if fresh:
                    raise ConnectionError(f"{method} {path}: {error}") \
                        from error
        return _checked(response.status, text, f"{method} {path}")

    def get(self, path, **query):
        return self.request("GET", path, query=query)

    def find(self, path):
        """The object, or None where there is none."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def post(self, path, body):
        return self.request("POST", path, body)

    def patch(self, path, body, kind="merge"):
        return self.request("PATCH", path, body, content_type=PATCHES[kind])

    def delete(self, path, **options):
        """options: fields of DeleteOptions, e.g. gracePeriodSeconds=0."""
        return self.request("DELETE", path, options or None)

    def list(self, path, **query):
        """All items, and the resourceVersion to watch from."""
        items = []
        query = {"limit": 500, **query}
        while True:
            page = self.get(path, **query)
            items += page["items"]
            query["continue"] = page["metadata"].get("continue")
            if not query["continue"]:
                return items, page["metadata"]["resourceVersion"]

    def watch(self, path, version, seconds=300, **query):
        return Watch(self._connect(seconds + 30), path, self._headers(),
                     {"watch": 1, "allowWatchBookmarks": "true",
                      "resourceVersion": version, "timeoutSeconds": seconds,
                      **query})


class Watch:
    """Iterates over (type, object) until the server ends it; raises ApiError
    when the server says why, ConnectionError when it does not. close() may be
    called by another thread, and ends the iteration."""

    def __init__(self, connection, path, headers, query):
        self._connection = connection
        self._path = path
        self._closed = False
        try:
            connection.request(
                "GET", f"{path}?{urllib.parse.urlencode(query)}",
                headers=headers)
            self._socket = connection.sock
            self._response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ConnectionError(f"watch {path}: {error}") from error
        if self._response.status != 200:
            text = self._response.read()
            connection.close()
            _checked(self._response.status, text, f"watch {path}")
        # A server that pauses is no error; close() ends the wait.
        self._socket.settimeout(None)

    def __iter__(self):
        try:
            for line in self._response:
                event = json.loads(line)
                if event["type"] == "ERROR":
                    status = event["object"]
                    raise ApiError(status.get("code", 500), status,
                                   f"watch {self._path}")
                yield event["type"], event["object"]
        except (OSError, ValueError, AttributeError,
                http.client.HTTPException) as error:
            if not self._closed:
                raise ConnectionError(f"watch {self._path}: {error}") \
                    from error
        finally:
            self._connection.close()

    def close(self):
        self._closed = True
        try:
            # The plain socket's: TLS's own would first wait for the reader.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            pass


def _checked(status, text, what):
    try:
        body = json.loads(text)
    except ValueError:
        body = {"message": text.decode(errors="replace")}
    if not 200 <= status < 300:
        raise ApiError(status, body, what)
    return body
