#!/usr/bin/env bash
# test.sh [SUITE...]: all suites, or only those named: unit contract asan tsan
# fuzz (each target briefly; longer: scripts/fuzz.sh). Only when named: e2e (on
# a real Kubernetes control plane, built on first use).
# Ends with `N passed, N failed`; fails if a suite failed or could not run.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build test
cd "$ROOT"
suites=${*:-unit contract asan tsan fuzz}
tally=$BUILD/test-tally.tsv
mkdir -p "$BUILD"
: >"$tally"

# ctest_in LABEL DIR: runs a build's unit tests and notes the counts.
ctest_in() {
  local label=$1 dir=$2 log=$2/ctest.log counts
  ctest --test-dir "$dir" -j2 --output-on-failure --no-tests=error \
    >"$log" 2>&1 || true
  counts=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\).*/\1 \2/p' "$log")
  if [ -z "$counts" ]; then
    tail -n 20 "$log"
    counts="1 1"
  fi
  local failed=${counts% *} all=${counts#* }
  [ "$failed" = 0 ] || {
    grep -v ' Passed \|Start ' "$log" | tail -n 120
    say "  again: ctest --test-dir ${dir#"$ROOT"/} --rerun-failed --output-on-failure"
  }
  note "$label" $((all - failed)) "$failed"
}

note() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$tally"
  say "$1: $2 passed, $3 failed ($(($(date +%s) - started)) s)"
}

# Sanitizers see everything but the engine: LibTorch is not built with them.
sanitized() {
  local label=$1 flags=$2
  PREWARM_TARGETS=unit_tests \
    "$ROOT/scripts/build.sh" "$ROOT/build-$label" -DPREWARM_TORCH=OFF \
    -DPREWARM_SANITIZE="$flags" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1"
  ctest_in "$label" "$ROOT/build-$label"
}

python_suite() {
  local label=$1 counts
  shift
  python3 tests/run_python.py --tally "$BUILD/python-tally" "$@" || true
  counts=$(cat "$BUILD/python-tally" 2>/dev/null || echo "0 1")
  rm -f "$BUILD/python-tally"
  note "$label" "${counts% *}" "${counts#* }"
}

# The counts are pytest's last line: "1 failed, 20 passed, 1 error in 9.9s".
pytest_suite() {
  local label=$1 log=$BUILD/$1.log bad=0 counts
  shift
  # The system's Python: the one that Debian's pytest belongs to.
  /usr/bin/python3 -m pytest -q -p no:cacheprovider "$@" >"$log" 2>&1 || bad=1
  counts=$(tail -n 1 "$log" | awk -v bad="$bad" '{
    for (i = 2; i <= NF; i++) {
      if ($i ~ /^passed/) passed = $(i - 1)
      if ($i ~ /^(failed|errors?)/) failed += $(i - 1)
    }
    print passed + 0, (failed > 0 ? failed : bad)
  }')
  [ "$bad" = 0 ] || tail -n 200 "$log"
  note "$label" "${counts% *}" "${counts#* }"
}

for suite in $suites; do
  started=$(date +%s)
  case $suite in
    unit)
      "$ROOT/scripts/build.sh"
      # The engine's tests compare with the real network.
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      ctest_in unit "$BUILD"
      python_suite lint tests/lint
      ;;
    contract)
      "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      PROMTOOL=$(command -v promtool || deb_file prometheus usr/bin/promtool)
      export PROMTOOL
      python_suite contract tests/contract
      ;;
    asan)
      # Suppressions none: a leak in a library's start-up is named here first.
      export ASAN_OPTIONS=detect_stack_use_after_return=1
      export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
      sanitized asan address,undefined
      ;;
    tsan)
      export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
      sanitized tsan thread
      ;;
    fuzz)
      log=$BUILD/fuzz.log
      FUZZ_SECONDS=${FUZZ_SECONDS:-5} "$ROOT/scripts/fuzz.sh" >"$log" 2>&1 || true
      counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log")
      [ -n "$counts" ] || counts="0 1"
      [ "${counts#* }" = 0 ] || tail -n 60 "$log"
      note fuzz "${counts% *}" "${counts#* }"
      ;;
    e2e)
      "$ROOT/scripts/deps.sh" e2e
      PREWARM_TARGETS="warmup-controller inference-server prewarm-model \
        prewarm-engine-fused" "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      PREWARM_E2E_BIN=$("$ROOT/scripts/control_plane.sh")
      PROMTOOL=$(command -v promtool || deb_file prometheus usr/bin/promtool)
      export PREWARM_E2E_BIN PROMTOOL
      pytest_suite e2e tests/e2e
      ;;
    *) die "unknown suite $suite" "one of: unit contract asan tsan fuzz e2e" ;;
  esac
done

awk -F '\t' '{ passed += $2; failed += $3 }
  END { print passed " passed, " failed " failed"; exit failed > 0 }' "$tally"
