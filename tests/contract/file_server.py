"""A web server on 127.0.0.1 that misbehaves as told, for downloads."""
import collections
import http.server
import os
import ssl
import subprocess
import threading

# One request's fate. status: a reply without body; send: bytes of the body
# before the connection breaks (or, `hang`, before nothing more comes).
Step = collections.namedtuple("Step", "status send hang location headers",
                              defaults=(None, None, False, None, {}))


def certificate(folder):
    """Of a moment, for 127.0.0.1 and github.com; the path of a PEM file."""
    path = os.path.join(folder, "server.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-keyout", path, "-out",
         path + ".crt", "-days", "2", "-subj", "/CN=prewarm test", "-addext",
         "subjectAltName=IP:127.0.0.1,DNS:github.com"],
        check=True, capture_output=True)
    with open(path, "a", encoding="ascii") as pem, \
            open(path + ".crt", encoding="ascii") as crt:
        pem.write(crt.read())
    return path


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        """As a proxy: whatever host is asked for, it is this server."""
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.tls.wrap_socket(self.connection,
                                                      server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def finish(self):
        super().finish()
        self.connection.close()

    def do_GET(self):
        files = self.server.files
        files.requests.append((self.path, dict(self.headers)))
        step = files.steps.popleft() if files.steps else Step()
        self.close_connection = True
        if step.status:
            self.send_response(step.status)
            if step.location:
                self.send_header("Location", step.location)
            for name, value in step.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = 0
        wanted = self.headers.get("Range", "")
        if files.ranges and wanted.startswith("bytes=") and \
                self.headers.get("If-Range") == files.etag:
            first = int(wanted[6:-1])
        body = files.content[first:]
        self.send_response(206 if first else 200)
        self.send_header("ETag", files.etag)
        if first:
            self.send_header(
                "Content-Range",
                f"bytes {first}-{len(files.content) - 1}/{len(files.content)}")
        self.send_header("Content-Length",
                         step.headers.get("Content-Length", len(body)))
        self.end_headers()
        self.wfile.write(body if step.send is None else body[:step.send])
        if step.hang:
            files.hanging.set()
            files.ended.wait()


class FileServer:
    """`with FileServer(content) as files:`; `files.url` is its file."""

    def __init__(self, content, pem=None):
        self.content = content
        self.etag = '"v1"'
        self.ranges = True
        self.steps = collections.deque()
        self.requests = []
        self.hanging = threading.Event()  # a reply is
        self.ended = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.files = self
        self.server.daemon_threads = True
        self.scheme = "http"
        # Who doesn't trust the certificate hangs up in the middle.
        self.server.handle_error = lambda *_: None
        if pem:
            self.server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.server.tls.load_cert_chain(pem)

    def over_tls(self):
        self.scheme = "https"
        self.server.socket = self.server.tls.wrap_socket(self.server.socket,
                                                         server_side=True)
        return self

    @property
    def origin(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    @property
    def url(self):
        return self.origin + "/model.onnx"

    def ranges_asked(self):
        return [headers.get("Range") for _, headers in self.requests]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
