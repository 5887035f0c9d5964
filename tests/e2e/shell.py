"""A cluster to try things in: control plane, test kubelet and a shell with
kubectl and helm; all gone when the shell ends.

    PREWARM_E2E_BIN=$(scripts/control_plane.sh) \\
        /usr/bin/python3 tests/e2e/shell.py [--fake] [COMMAND...]
"""
import os
import subprocess
import sys

import network
from cluster import BINARIES, Cluster
from kubelet import Kubelet


def main(arguments):
    fake = arguments[:1] == ["--fake"]
    command = arguments[fake:] or [os.environ.get("SHELL", "/bin/bash")]
    network.own_network()
    with Cluster() as cluster, Kubelet(cluster, fake=fake):
        return subprocess.call(command, env={
            **os.environ, "KUBECONFIG": cluster.kubeconfig,
            "PATH": f"{BINARIES}:{os.environ['PATH']}"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
