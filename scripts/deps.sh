#!/usr/bin/env bash
# Installs what is missing, by name, from Debian 12: deps.sh GROUP...
# Groups: build, compile (build without npm), test, lint, fuzz, bench, truth, e2e,
# browser, images, container, buildah, edge. Asks nothing, does nothing twice.
. "$(dirname "$0")/lib.sh"

# libopenblas0-pthread: without it LibTorch calls the reference BLAS, about
# nine times slower.
BUILD_PACKAGES="build-essential cmake ninja-build ccache pkg-config python3
  curl ca-certificates libtorch-dev libopenblas0-pthread libdnnl-dev
  libpistache-dev prometheus-cpp-dev libyaml-cpp-dev libturbojpeg0-dev
  libjpeg62-turbo-dev libspng-dev libpng-dev libwebp-dev libheif-dev
  liblcms2-dev libspdlog-dev libcli11-dev nlohmann-json3-dev libssl-dev
  libseccomp-dev libxxhash-dev zlib1g-dev libcurl4-openssl-dev libgtest-dev
  libgmock-dev libcctz-dev libboost-dev libcpprest-dev tzdata"
# Certificates of a moment, for downloads over https; the manifests of deploy/.
TEST_PACKAGES="openssl python3-yaml"
# For the system's own Python, whatever else is called python3. etcd is not
# among them: its package starts a service (scripts/control_plane.sh unpacks it).
E2E_PACKAGES="openssl iproute2 python3 python3-pytest python3-kubernetes
  libfaketime"
# clang finds omp.h, which LibTorch includes, in its own package only. The
# headers of clang and llvm: for a plug-in (tests/lint/own_scope.cc).
LINT_PACKAGES="clang clang-format clang-tidy libomp-dev libclang-14-dev
  llvm-14-dev"
FUZZ_PACKAGES="clang lld libclang-rt-14-dev"
BROWSER_PACKAGES="chromium"
# To assemble the root folder of an image, and to run it without an engine for
# containers.
IMAGES_PACKAGES="binutils ca-certificates patchelf tzdata"
CONTAINER_PACKAGES="bubblewrap"
# What nginx and Varnish need, which are unpacked and not set up
# (scripts/edge_tools.sh): their packages start services. Varnish compiles its
# configuration.
EDGE_PACKAGES="gcc libc6-dev libedit2 libncursesw6 libpcre2-8-0 libcrypt1 zlib1g"
BUILDAH_PACKAGES="buildah crun mmdebstrap"
TRUTH_PACKAGES="python3-pil"
BENCH_PACKAGES="wrk python3-pil libheif-examples python3-torch"

wanted=
for group in "${@:-build}"; do
  case $group in
    build | compile) wanted="$wanted $BUILD_PACKAGES" ;;
    test) wanted="$wanted $TEST_PACKAGES" ;;
    lint) wanted="$wanted $LINT_PACKAGES" ;;
    fuzz) wanted="$wanted $FUZZ_PACKAGES" ;;
    bench) wanted="$wanted $BENCH_PACKAGES" ;;
    images) wanted="$wanted $IMAGES_PACKAGES" ;;
    buildah) wanted="$wanted $BUILDAH_PACKAGES" ;;
    edge) wanted="$wanted $EDGE_PACKAGES" ;;
    container) wanted="$wanted $CONTAINER_PACKAGES" ;;
    truth) wanted="$wanted $TRUTH_PACKAGES" ;;
    e2e) wanted="$wanted $E2E_PACKAGES" ;;
    browser) wanted="$wanted $BROWSER_PACKAGES" ;;
    *) die "unknown group $group" \
      "one of: build compile test lint fuzz bench truth e2e browser images container buildah edge" ;;
  esac
done
# A node of one's own choice is left alone; only a missing npm is installed.
case " $* " in
  *" build "* | *" bench "* | *" truth "* | *" e2e "* | *" browser "*)
    command -v npm >/dev/null || wanted="$wanted nodejs npm" ;;
esac

missing=
for package in $wanted; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null ||
  die "not a Debian system; missing:$missing" "use Debian 12 or its container"
[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
  die "need root to install:$missing" "run as root, or install sudo"
say "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
install() {
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $missing
}
# A fresh container has no package lists, an old one stale ones.
if ! install >/dev/null 2>&1; then
  quietly "apt-get update" as_root apt-get update -qq
  quietly "apt-get install$missing" install
fi
