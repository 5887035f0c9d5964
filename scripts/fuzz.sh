#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (10) on its corpus in tests/fuzz.
# Ends with `N passed, N failed`.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build fuzz
each=${FUZZ_SECONDS:-10}
# That of the unit tests: both link the same libraries.
dir=$ROOT/build-asan
PREWARM_TARGETS=fuzzers "$ROOT/scripts/build.sh" "$dir" --preset asan
count=0 failed=0
for source in "$ROOT"/tests/fuzz/*_fuzz.cc; do
  name=$(basename "$source" .cc)
  work=$dir/corpus/$name
  mkdir -p "$work"
  seeds=$ROOT/tests/fuzz/corpus/${name%_fuzz}
  [ -d "$seeds" ] || seeds=
  count=$((count + 1))
  # New inputs go to the build folder, never into the tree.
  if "$dir/bin/$name" -max_total_time="$each" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="$dir/$name-" -print_final_stats=1 \
    "$work" ${seeds:+"$seeds"} >"$work.log" 2>&1; then
    say "ok    $name $(sed -n 's/stat::number_of_executed_units: */runs /p' "$work.log")"
  else
    tail -n 30 "$work.log"
    say "FAIL  $name"
    say "  again: ${dir#"$ROOT"/}/bin/$name $(sed -n \
      's/.*Test unit written to //p' "$work.log" | tail -n 1)"
    failed=$((failed + 1))
  fi
done
[ $count -gt 0 ] || die "there is no fuzz target" "see tests/fuzz/CMakeLists.txt"
say "$((count - failed)) passed, $failed failed"
[ $failed = 0 ]
