"""One control plane for all tests of a run, each test a namespace of its own.

    PREWARM_E2E_BIN=$(scripts/control_plane.sh) \\
        /usr/bin/python3 -m pytest tests/e2e

The whole run is moved into its own network namespace before anything starts.
"""
import glob
import itertools
import os
import sys

import pytest

import network
from cluster import Cluster
from kubelet import Kubelet
from objects import View
from operating import Shop, install
from waiting import wait_for

# Shared with its tests: promtool.py.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             "..", "contract"))
_numbers = itertools.count(1)


def pytest_configure(config):
    # Listing tests needs no rights.
    if not config.option.collectonly:
        config.left_network = network.own_network()


def pytest_collection_modifyitems(config, items):
    """Whether every right was used is asked after all tests; after some of
    them the answer would be no."""
    last = [item for item in items if item.name ==
            "test_every_right_that_is_shipped_was_used"]
    here = os.path.dirname(os.path.abspath(__file__))
    asked_for_all = {str(item.path) for item in items} == set(
        glob.glob(os.path.join(here, "test_*.py"))) and not (
            config.option.keyword or config.option.markexpr)
    items[:] = [item for item in items if item not in last]
    if asked_for_all:
        items += last
    else:
        config.hook.pytest_deselected(items=last)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure tells what the pods looked like: they are gone afterwards."""
    report = (yield).get_result()
    known = getattr(item, "funcargs", {})
    if call.when == "call" and report.failed and "namespace" in known:
        try:
            report.sections.append(("cluster", known["cluster"].describe(
                known["namespace"])))
        except Exception as error:  # pylint: disable=broad-except
            report.sections.append(("cluster", f"cannot be read: {error}"))


@pytest.fixture(scope="session")
def cluster():
    with Cluster() as started:
        yield started


@pytest.fixture(scope="session")
def manifests(cluster):
    """All that kustomize makes of deploy/, in force; its text."""
    return install(cluster)


@pytest.fixture
def namespace(cluster):
    """Its name; with all that is in it deleted after the test."""
    name = cluster.namespace(f"shop-{next(_numbers)}")
    yield name
    path = f"/api/v1/namespaces/{name}"
    cluster.admin.delete(path)

    def empty():
        # By force: the kubelet that would end these pods is stopped.
        cluster.admin.delete(path + "/pods", gracePeriodSeconds=0)
        return not cluster.admin.list(path + "/pods")[0]
    wait_for(empty, f"an empty {name}")


@pytest.fixture
def view(cluster, namespace):
    return View(cluster, namespace)


@pytest.fixture
def kubelet(cluster, namespace):
    """Runs the pods as processes; in force until the test's end."""
    with Kubelet(cluster, namespace) as started:
        yield started


@pytest.fixture
def shop(cluster, namespace, manifests):
    """The namespace as operators' place."""
    made = Shop(cluster, namespace)
    yield made
    made.close()
