#!/usr/bin/env bash
# Runs every fuzz target for SECONDS_EACH (20) on its corpus in tests/fuzz.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build fuzz
each=${SECONDS_EACH:-20}
dir=$ROOT/build-fuzz
CC=clang CXX=clang++ "$ROOT/scripts/build.sh" "$dir" -DPREWARM_FUZZ=ON \
  -DPREWARM_TORCH=OFF -DPREWARM_TESTS=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
count=0 failed=0
for target in "$dir"/bin/*_fuzz; do
  [ -x "$target" ] || continue
  name=$(basename "$target")
  work=$dir/corpus/$name
  mkdir -p "$work"
  seeds=$ROOT/tests/fuzz/corpus/${name%_fuzz}
  [ -d "$seeds" ] || seeds=
  count=$((count + 1))
  # New inputs go to the build folder, never into the tree.
  if (cd "$work" && "$target" -max_total_time="$each" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 "$work" ${seeds:+"$seeds"}) \
    >"$work.log" 2>&1; then
    say "ok    $name $(sed -n 's/stat::number_of_executed_units: */runs /p' "$work.log")"
  else
    tail -n 30 "$work.log"
    say "FAIL  $name (input: $(find "$work" -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' | head -n 1))"
    failed=$((failed + 1))
  fi
done
[ $count -gt 0 ] || die "no fuzz target was built" "see tests/fuzz/CMakeLists.txt"
say "$((count - failed)) passed, $failed failed"
[ $failed = 0 ]
