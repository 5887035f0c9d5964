"""An API server that is busy: a proxy that answers some calls with 429."""
import http.client
import http.server
import json
import ssl
import threading

HOP = ("connection", "transfer-encoding", "content-length", "host",
       "keep-alive")


class Throttle:
    """In front of the cluster's API server. refuse(n, *parts) answers the next
    n calls whose request line has all parts with 429, Retry-After: 1."""

    def __init__(self, cluster):
        self._cluster = cluster
        self._lock = threading.Lock()
        self._left, self._parts = 0, ()
        self.refused = []
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cluster.pki.api_cert, cluster.pki.api_key)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True,
            do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def refuse(self, times, *parts):
        with self._lock:
            self._left, self._parts = times, parts

    def kubeconfig(self, name, told):
        """The kubeconfig at told, by way of the proxy."""
        with open(told, encoding="utf-8") as file:
            text = file.read()
        return self._cluster.write(name, text.replace(
            f"127.0.0.1:{self._cluster.port}", f"127.0.0.1:{self.port}"))

    def _refuses(self, line):
        with self._lock:
            if self._left == 0 or not all(part in line
                                          for part in self._parts):
                return False
            self._left -= 1
            self.refused.append(line)
            return True

    def _handler(self):
        throttle = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length) if length else None
                if throttle._refuses(self.requestline):
                    self.too_many()
                else:
                    throttle._forward(self, body)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

            def too_many(self):
                body = json.dumps({
                    "kind": "Status", "apiVersion": "v1", "status": "Failure",
                    "reason": "TooManyRequests", "code": 429,
                    "message": "too many requests"}).encode()
                self.send_response(429)
                self.send_header("Retry-After", "1")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def _forward(self, handler, body):
        """The answer as it comes: a watch's is not over for minutes."""
        upstream = http.client.HTTPSConnection(
            "127.0.0.1", self._cluster.port, timeout=600,
            context=ssl.create_default_context(cafile=self._cluster.pki.ca))
        try:
            upstream.request(handler.command, handler.path, body, {
                key: value for key, value in handler.headers.items()
                if key.lower() not in HOP})
            answer = upstream.getresponse()
            handler.send_response(answer.status)
            for key, value in answer.getheaders():
                if key.lower() not in HOP:
                    handler.send_header(key, value)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            while chunk := answer.read1(1 << 16):
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            handler.wfile.write(b"0\r\n\r\n")
        except (OSError, http.client.HTTPException):
            handler.close_connection = True
        finally:
            upstream.close()
