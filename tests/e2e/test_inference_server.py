"""The real server behind the gate. PREWARM_SERVER (build/bin/inference-server)
with the model of PREWARM_TEST_STORE (build/store)."""
import os
import urllib.request

from objects import deployment, service
from observer import Visitors, says_ready
from operating import ALWAYS
from policies import ROOT
from waiting import wait_for

SERVER = os.environ.get("PREWARM_SERVER", os.path.join(
    ROOT, "build", "bin", "inference-server"))
STORE = os.environ.get("PREWARM_TEST_STORE", os.path.join(
    ROOT, "build", "store"))
PICTURE = os.path.join(ROOT, "tests", "contract", "data", "figure.jpg")


def server(namespace, token_file):
    made = deployment("server", namespace, replicas=0, command=[
        SERVER, "--host", "$(POD_IP)", "--port", "8080", "--admin-port",
        "8081", "--admin-token-file", token_file, "--store", STORE, "--model",
        "isnet"])
    made["spec"]["template"]["spec"]["containers"][0].update(
        ports=[{"name": "http", "containerPort": 8080},
               {"name": "admin", "containerPort": 8081}],
        readinessProbe={"httpGet": {"path": "/readyz", "port": "http"},
                        "periodSeconds": 1, "timeoutSeconds": 3})
    return made


def visit(address):
    """A visitor's picture; the answer's status, type, and state then."""
    with open(PICTURE, "rb") as file:
        request = urllib.request.Request(
            f"http://{address}:8080/api/v2/process", file.read(),
            {"Content-Type": "image/jpeg"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
        return (answer.status, answer.headers["Content-Type"],
                answer.headers["X-Prewarm-State"])


def test_first_visitor_of_a_window_meets_a_server_that_is_warm(
        cluster, kubelet, view, namespace, shop):
    token = cluster.write(f"{namespace}.admin-token", "5ecret-" * 6)
    cluster.apply(server(namespace, token), service("server", namespace))
    with Visitors(cluster, namespace) as visitors:
        shop.declare(windows=[{**ALWAYS[0], "replicas": 1}])
        shop.operator("--admin-token-file", token)
        address, = wait_for(lambda: visitors.now, "an endpoint", 120)
        assert visit(address) == (200, "image/png", "ready")
        # A restart: cold again, and proved again before anybody comes.
        name = view.pods()[0]["metadata"]["name"]
        kubelet.container(namespace, name).kill()
        wait_for(lambda: not visitors.now, "no endpoint")
        wait_for(lambda: visitors.now, "the endpoint again", 120)
        assert says_ready(address)
        assert visit(address) == (200, "image/png", "ready")
    assert not visitors.cold
