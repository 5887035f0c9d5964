"""An HTTP server on 127.0.0.1 that answers by a function, and refuses as Google's
APIs do."""
import http.server
import json
import threading

CODES = {400: (3, "INVALID_ARGUMENT"), 401: (16, "UNAUTHENTICATED"),
         403: (7, "PERMISSION_DENIED"), 404: (5, "NOT_FOUND"),
         409: (10, "ABORTED"), 429: (8, "RESOURCE_EXHAUSTED"),
         500: (13, "INTERNAL"), 503: (14, "UNAVAILABLE")}



class Refusal(Exception):
    def __init__(self, status, message, headers=None):
        super().__init__(message)
        self.status = status
        self.headers = headers or {}

    def body(self):
        return {"error": {"code": self.status, "message": str(self),
                          "status": CODES[self.status][1]}}


class Dropped(Exception):
    """The connection is closed without an answer."""


class Listener:
    """An HTTP server that answers by a function (method, path, headers, body)
    -> (status, headers, JSON or text)."""

    def __init__(self, answer):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                headers = {k.lower(): v for k, v in self.headers.items()}
                try:
                    status, more, value = answer(self.command, self.path,
                                                 headers, body)
                except Refusal as refusal:
                    status, more = refusal.status, refusal.headers
                    value = refusal.body()
                except Dropped:
                    self.close_connection = True
                    return
                data = value if isinstance(value, bytes) else \
                    json.dumps(value).encode()
                try:
                    self.send_response(status)
                    for name, text in more.items():
                        self.send_header(name, text)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # whoever asked does not wait any more

            do_GET = do_POST = do_PATCH = do

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # connections that others break

        outer.server = Server(("127.0.0.1", 0), Handler)
        outer.url = "http://127.0.0.1:%d" % outer.server.server_address[1]
        # Looks so often whether it is to end.
        threading.Thread(target=outer.server.serve_forever, args=(0.02,),
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
