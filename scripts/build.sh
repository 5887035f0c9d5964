#!/usr/bin/env bash
# build.sh [DIR [CMAKE-ARGUMENTS...]]: configures once, builds what changed: all,
# or the targets in PREWARM_TARGETS.
. "$(dirname "$0")/lib.sh"
dir=${1:-$BUILD}
shift || true
for tool in cmake ninja; do
  command -v $tool >/dev/null || die "$tool is not installed" "make deps"
done
if [ ! -e "$dir/build.ninja" ] || [ $# -gt 0 ]; then
  quietly "cmake (is a package missing? make deps)" \
    cmake -S "$ROOT" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@"
fi
say "building in ${dir#"$ROOT"/}"
# shellcheck disable=SC2086
quietly "build" ninja -C "$dir" ${PREWARM_JOBS:+-j "$PREWARM_JOBS"} \
  ${PREWARM_TARGETS:-}
