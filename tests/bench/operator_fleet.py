"""Many policies and workloads for the operator, on the control plane of
tests/e2e; what it did is read from the API server's audit log."""
import collections
import concurrent.futures
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

# pylint: disable=wrong-import-position
from objects import deployment  # noqa: E402
from operating import POLICIES  # noqa: E402
from waiting import wait_for  # noqa: E402

WRITES = ("create", "update", "patch", "delete", "deletecollection")
LEASE = ("update", "leases")


def all_of(function, items, threads=8):
    """function(item) of every item, on a few threads; raises what one did."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))


def deploy(shop, names, replicas=0):
    """A Deployment each; returns when each has its ReplicaSet."""
    apps = f"/apis/apps/v1/namespaces/{shop.namespace}"
    all_of(lambda name: shop.cluster.admin.post(
        apps + "/deployments",
        deployment(name, shop.namespace, replicas=replicas)), names)
    wait_for(lambda: len(shop.cluster.admin.list(apps + "/replicasets")[0])
             >= len(names), "a ReplicaSet of each", 300, every=1)


def declare(shop, names, **spec):
    """A policy of each Deployment of these names."""
    all_of(lambda name: shop.declare(
        name, targetRef={"kind": "Deployment", "name": name}, **spec), names)


def policies(shop):
    return shop.cluster.admin.list(POLICIES.format(shop.namespace))[0]


def calls(shop):
    return shop.cluster.audit.calls(shop.account.user)


def writes(made):
    """Of these calls, but for the lease's renewals."""
    return [call for call in made if call.verb in WRITES
            and (call.verb, call.resource) != LEASE]


def tally(made):
    """{"patch pods/status": 12}, the most frequent first."""
    return dict(collections.Counter(
        f"{call.verb} {call.resource}" for call in made).most_common())


def tell(found, path=None):
    """The figures, on stdout and into a file."""
    text = json.dumps({"load_average": os.getloadavg(), **found}, indent=1)
    print(text)
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")


def wait_for_quiet(shop, seconds, deadline=300):
    """Until nothing was written for so long; fails where that never comes."""
    end = time.time() + deadline
    while True:
        last = max((call.at for call in writes(calls(shop))), default=0)
        if time.time() - last >= seconds:
            return
        if time.time() > end:
            raise AssertionError(
                f"still writing after {deadline} s: " + str(tally(
                    [call for call in writes(calls(shop))
                     if call.at > time.time() - seconds])))
        time.sleep(1)
