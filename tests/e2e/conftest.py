"""One control plane for all tests of a run, each test a namespace of its own.

    PREWARM_E2E_BIN=$(scripts/control_plane.sh) \\
        /usr/bin/python3 -m pytest tests/e2e

The whole run is moved into its own network namespace before anything starts.
"""
import itertools

import pytest

import network
from cluster import Cluster
from kubelet import Kubelet
from objects import View

_numbers = itertools.count(1)


def pytest_configure(config):
    # Listing tests needs no rights.
    if not config.option.collectonly:
        network.own_network()


@pytest.fixture(scope="session")
def cluster():
    with Cluster() as started:
        yield started


@pytest.fixture
def namespace(cluster):
    """Its name; with all that is in it deleted after the test."""
    name = cluster.namespace(f"shop-{next(_numbers)}")
    yield name
    cluster.admin.delete(f"/api/v1/namespaces/{name}")


@pytest.fixture
def view(cluster, namespace):
    return View(cluster, namespace)


@pytest.fixture
def kubelet(cluster, namespace):
    """Runs the pods as processes; in force until the test's end."""
    with Kubelet(cluster) as started:
        yield started
