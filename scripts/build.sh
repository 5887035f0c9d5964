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
    cmake -S "$ROOT" -B "$dir" -G Ninja "$@"
fi
say "building in ${dir#"$ROOT"/}"
build() {
  # shellcheck disable=SC2086
  ninja -C "$dir" ${PREWARM_JOBS:+-j "$PREWARM_JOBS"} ${PREWARM_TARGETS:-}
}
# At a terminal ninja says on one line how far it is, and what failed.
if [ -t 1 ]; then
  code=0
  build || code=$?
  [ $code != 130 ] || die "interrupted" "run it again: it goes on where it was"
  [ $code = 0 ] || die "build failed (its last lines are above)"
else
  quietly "build" build
fi
