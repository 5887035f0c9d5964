#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (10) on its corpus in tests/fuzz.
# Ends with `N passed, N failed`.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build fuzz
each=${FUZZ_SECONDS:-10}
# That of the unit tests: both link the same libraries.
dir=$ROOT/build-asan
PREWARM_TARGETS=fuzzers "$ROOT/scripts/build.sh" "$dir" --preset asan

# fuzz NAME: runs one, and leaves its outcome in NAME.failed.
fuzz() {
  local name=$1 work=$dir/corpus/$1 seeds=$ROOT/tests/fuzz/corpus/${1%_fuzz}
  mkdir -p "$work"
  [ -d "$seeds" ] || seeds=
  # New inputs go to the build folder, never into the tree.
  if "$dir/bin/$name" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$dir/$name-" -print_final_stats=1 \
    "$work" ${seeds:+"$seeds"} >"$work.log" 2>&1; then
    rm -f "$work.failed"
    say "ok    $name $(sed -n 's/stat::number_of_executed_units: */runs /p' "$work.log")"
  else
    touch "$work.failed"
    tail -n 30 "$work.log"
    say "FAIL  $name"
    say "  again: ${dir#"$ROOT"/}/bin/$name $(sed -n \
      's/.*Test unit written to //p' "$work.log" | tail -n 1)"
  fi
}

count=0 failed=0
for source in "$ROOT"/tests/fuzz/*_fuzz.cc; do
  # Each has one thread: as many at a time as there are cores.
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
    wait -n || true
  done
  count=$((count + 1))
  fuzz "$(basename "$source" .cc)" &
done
wait
for source in "$ROOT"/tests/fuzz/*_fuzz.cc; do
  [ ! -e "$dir/corpus/$(basename "$source" .cc).failed" ] || failed=$((failed + 1))
done
[ $count -gt 0 ] || die "there is no fuzz target" "see tests/fuzz/CMakeLists.txt"
say "$((count - failed)) passed, $failed failed"
[ $failed = 0 ]
