#!/usr/bin/env bash
# Prints a folder with etcd, kube-apiserver, kube-controller-manager, kubectl
# and helm for the end-to-end tests; fetches and builds what is missing, once.
#
# KUBEBUILDER_ASSETS (the envtest layout) wins, for any Kubernetes version.
# Without it: Debian's etcd, and Kubernetes built from Debian's source (the
# oldest version that Prewarm supports; 10-20 minutes on two cores).
. "$(dirname "$0")/lib.sh"
AT=$CACHE/control-plane
mkdir -p "$AT"
# stdout is the answer; whoever waits for the build can follow it on stderr.
exec 3>&1 1>&2
# Two runs at the same time would build twice and mix their files.
exec 9>"$AT/lock"
flock 9

link() {
  ln -sfn "$1" "$bin/$(basename "$1")"
}

# link_clients [KUBECTL]: kubectl and helm, or the kubectl that fits better.
link_clients() {
  local at
  at=$("$ROOT/scripts/client_tools.sh")
  link "$at/helm"
  link "$at/kubectl"
  # The one that came with the API server fits it best.
  [ ! -x "${1:-}" ] || link "$1"
}

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  KUBEBUILDER_ASSETS=$(realpath "$KUBEBUILDER_ASSETS")
  [ -x "$KUBEBUILDER_ASSETS/kube-apiserver" ] ||
    die "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS has no kube-apiserver" \
      "point it at a folder in envtest's layout, or unset it"
  # envtest brings none, and one of another version does not fit.
  [ -x "$KUBEBUILDER_ASSETS/kube-controller-manager" ] ||
    die "KUBEBUILDER_ASSETS has no kube-controller-manager" \
      "put the one of the same Kubernetes release beside kube-apiserver"
  bin=$AT/bin-assets
  rm -rf "$bin"
  mkdir -p "$bin"
  for program in etcd kube-apiserver kube-controller-manager; do
    link "$KUBEBUILDER_ASSETS/$program"
  done
  link_clients "$KUBEBUILDER_ASSETS/kubectl"
else
  bin=$AT/bin-debian
  mkdir -p "$bin"
  built=$("$ROOT/scripts/build_kubernetes.sh" "$AT")
  link "$built/kube-apiserver"
  link "$built/kube-controller-manager"
  # Unpacked, not installed: installing it starts a service on this machine.
  link "$(deb_file etcd-server usr/bin/etcd)"
  link_clients
fi
say "$bin" >&3
