#!/usr/bin/env bash
# Builds the images of both programs, or those named: images.sh [NAME...]
# with docker, podman or buildah, whichever works ($PREWARM_CONTAINER_TOOL names
# one; where none does, Debian's buildah is installed, which needs no service).
# $BASE: the image it builds in; "own" makes one of Debian's packages, for
# networks that reach no registry. $IMAGE_ARGS: more arguments for the build, as
# "--build-arg DEVICE=cuda", which wants $TORCH_URLS. $TEST: run tests/images on what came out (needs
# `make programs` and the weights). Ends with the sizes; build/images/ then has the
# bills of materials and the files of each image.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
names=${*:-inference-server warmup-controller}
version=$(sed -n 's/^project(prewarm VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH
prefix=${IMAGE_PREFIX:-prewarm}
base=${BASE:-docker.io/library/debian:12-slim}
own=localhost/prewarm-base:12-slim

works() { command -v "$1" >/dev/null && "$1" info >/dev/null 2>&1; }

tool=${PREWARM_CONTAINER_TOOL:-}
if [ -n "$tool" ]; then
  case $tool in
    docker | podman | buildah) ;;
    *) die "PREWARM_CONTAINER_TOOL=$tool" "one of: docker podman buildah" ;;
  esac
  works "$tool" || die "PREWARM_CONTAINER_TOOL=$tool does not work here" \
    "see what \`$tool info\` says, or leave it out: the first one that works is taken"
fi
for candidate in docker podman buildah; do
  [ -n "$tool" ] || ! works "$candidate" || tool=$candidate
done
[ -n "$tool" ] || {
  scripts/deps.sh buildah
  tool=buildah
}
build=(build --pull=false)
case $tool in
  # Its own format has no HEALTHCHECK; chroot: also within a container.
  buildah) build=(build --layers --format docker --isolation "${BUILDAH_ISOLATION:-chroot}") ;;
  podman) build+=(--format docker) ;;
esac

# Debian's smallest variant, with what the official slim image leaves out.
own_base() {
  [ "$tool" != buildah ] || buildah inspect --type image "$own" \
    >/dev/null 2>&1 && return
  command -v mmdebstrap >/dev/null || scripts/deps.sh buildah
  local tar
  tar=$(mktemp --suffix .tar)
  say "making $own of Debian's packages"
  quietly mmdebstrap mmdebstrap --variant=minbase --mode=root \
    --include=ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$tar"
  if [ "$tool" = buildah ]; then
    local container
    container=$(buildah from scratch)
    buildah add -q "$container" "$tar" / >/dev/null
    buildah commit -q --rm "$container" "$own" >/dev/null
  else
    "$tool" import "$tar" "$own" >/dev/null
  fi
  rm -f "$tar"
}
if [ "$base" = own ]; then
  own_base
  base=$own
fi

# Where the image's files are read from; a root folder, or a tar.
unpacked() {  # unpacked TAG FOLDER
  local container
  rm -rf "$2"
  mkdir -p "$2"
  if [ "$tool" = buildah ]; then
    container=$(buildah from --pull-never "$1")
    cp -a "$(buildah mount "$container")/." "$2"
    buildah inspect --type image "$1" | python3 -c 'import json, sys
print(json.dumps(json.load(sys.stdin)["Docker"]["config"]))' >"$2.json"
  else
    container=$("$tool" create "$1")
    "$tool" export "$container" | tar -x -C "$2"
    "$tool" image inspect --format '{{json .Config}}' "$1" >"$2.json"
  fi
  "$tool" rm "$container" >/dev/null
}

mkdir -p "$BUILD/images"
for name in $names; do
  tag=$prefix/$name:$version
  say "building $tag with $tool"
  # shellcheck disable=SC2086
  quietly "$tool build of $name" "$tool" "${build[@]}" \
    -f deploy/images/Dockerfile --target "$name" -t "$tag" \
    --build-arg BASE="$base" --build-arg VERSION="$version" \
    --build-arg REVISION="$revision" \
    --build-arg SOURCE="${IMAGE_SOURCE:-unknown}" \
    --build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
    --build-arg TORCH_URLS="${TORCH_URLS:-}" ${IMAGE_ARGS:-} .
  unpacked "$tag" "$BUILD/images/$name"
  cp "$BUILD/images/$name/usr/share/doc/prewarm/sbom.spdx.json" \
    "$BUILD/images/$name.spdx.json"
  printf '%-40s %s\n' "$tag" \
    "$("$tool" images --format '{{.Size}}' "$tag")"
done
[ -z "${TEST:-}" ] || {
  scripts/deps.sh images container test
  PREWARM_IMAGE_ROOTS=$BUILD/images python3 tests/run_python.py tests/images
}
