#!/usr/bin/env bash
# test.sh [SUITE...]: all suites, or only those named: engine rules chart contract
# edge storefront browser images asan tsan fuzz (each target briefly; longer:
# scripts/fuzz.sh). Only when named: unit (the tests of asan and engine in the
# build that is shipped), e2e (on a real Kubernetes control plane, built on first
# use).
# Ends with `N passed, N failed`; fails if a suite failed or could not run.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build test
cd "$ROOT"
suites=${*:-engine rules chart contract edge storefront browser images asan tsan fuzz}
tally=$BUILD/test-tally.tsv
mkdir -p "$BUILD"
: >"$tally"

# ctest_in LABEL DIR [ARGUMENTS]: runs a build's tests and notes the counts.
ctest_in() {
  local label=$1 dir=$2 log=$2/ctest.log counts
  shift 2
  ctest --test-dir "$dir" -j2 --output-on-failure --no-tests=error "$@" \
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
tested_in() {
  local label=$1 dir=$ROOT/build-$1
  PREWARM_TARGETS=unit_tests "$ROOT/scripts/build.sh" "$dir" --preset "$label"
  ninja -C "$dir" -t cleandead >/dev/null  # binaries that the tree has no more
  tallied "$label" tests/run_binaries.py "$dir"/bin/*_test
}

python_suite() {
  local label=$1
  shift
  tallied "$label" tests/run_python.py "$@"
}

# tallied LABEL RUNNER ARGUMENTS...: a runner writes its counts to a file.
tallied() {
  local label=$1 runner=$2 counts
  shift 2
  python3 "$runner" --tally "$BUILD/python-tally" "$@" || true
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

# The counts are TAP's last lines: "# pass 20", "# fail 1".
node_suite() {
  local label=$1 log=$BUILD/$1.log passed failed
  shift
  # One file after the other: they share two cores with a browser and a server.
  node --test --test-reporter=tap "$@" >"$log" 2>&1 || true
  passed=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$log" | tail -n 1)
  failed=$(awk '/^# (fail|cancelled) [0-9]+$/ { sum += $3; seen = 1 }
    END { print seen ? sum : 1 }' "$log")
  [ "$failed" = 0 ] ||
    { grep -A 30 '^ *not ok ' "$log" || tail -n 60 "$log"; } | head -n 200
  note "$label" "${passed:-0}" "$failed"
}

for suite in $suites; do
  started=$(date +%s)
  case $suite in
    rules)
      PREWARM_TARGETS=programs "$ROOT/scripts/build.sh"
      python_suite rules tests/lint
      ;;
    chart)
      # With the real helm, without a cluster.
      PREWARM_TARGETS=programs "$ROOT/scripts/build.sh"
      PREWARM_HELM=$("$ROOT/scripts/client_tools.sh")/helm
      PROMTOOL=$(command -v promtool || deb_file prometheus usr/bin/promtool)
      export PREWARM_HELM PROMTOOL
      python_suite chart tests/chart
      ;;
    unit | engine)
      targets=all only=
      [ "$suite" = unit ] || {
        targets="programs engine_tests" only="-R ^engine_(isnet|inspyrenet)"
      }
      PREWARM_TARGETS=$targets "$ROOT/scripts/build.sh"
      # The engine's tests compare with the real network.
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      # shellcheck disable=SC2086
      ctest_in "$suite" "$BUILD" $only
      ;;
    contract)
      PREWARM_TARGETS="programs contract_tests" "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      PROMTOOL=$(command -v promtool || deb_file prometheus usr/bin/promtool)
      PREWARM_CLOUDRUN_SCHEMA=$("$ROOT/scripts/cloudrun_schema.sh")
      export PROMTOOL PREWARM_CLOUDRUN_SCHEMA
      python_suite contract --jobs "$(nproc)" tests/contract
      ;;
    storefront)
      # Without a browser; its types as well.
      "$ROOT/scripts/deps.sh" browser
      "$ROOT/scripts/storefront_tools.sh" >/dev/null
      node_suite storefront storefront/test/*.test.mjs
      (cd storefront && npm run -s check >"$BUILD/storefront-types.log" 2>&1) &&
        note "storefront's types" 1 0 || {
        cat "$BUILD/storefront-types.log"
        note "storefront's types" 0 1
      }
      ;;
    browser)
      "$ROOT/scripts/deps.sh" browser
      PREWARM_TARGETS="programs browser_tests" "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      PREWARM_STOREFRONT_MODULES=$("$ROOT/scripts/storefront_tools.sh")
      (cd storefront && quietly "build of the storefront" npm run -s build)
      # A cat (Chelsea, CC0, in Debian's scikit-image), for pictures to look at:
      # build/browser/.
      PREWARM_PET=$(deb_file python3-skimage \
        usr/lib/python3/dist-packages/skimage/data/chelsea.png)
      export PREWARM_STOREFRONT_MODULES PREWARM_PET
      export PREWARM_TEST_STORE=$BUILD/store
      node_suite browser tests/browser/*.test.mjs
      ;;
    edge)
      # Behind the real nginx and Varnish, with the configurations of deploy/edge.
      "$ROOT/scripts/deps.sh" edge
      PREWARM_TARGETS=programs "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      PREWARM_EDGE_TOOLS=$("$ROOT/scripts/edge_tools.sh")
      export PREWARM_EDGE_TOOLS
      python_suite edge tests/edge
      ;;
    images)
      # Their roots, assembled as the Dockerfile does; scripts/images.sh builds
      # the images themselves.
      "$ROOT/scripts/deps.sh" images container
      PREWARM_TARGETS=programs "$ROOT/scripts/build.sh"
      "$ROOT/scripts/fetch_weights.sh"
      export PREWARM_TEST_STORE=$BUILD/store
      python_suite images tests/images
      ;;
    asan)
      export ASAN_OPTIONS=detect_stack_use_after_return=1
      export LSAN_OPTIONS=suppressions=$ROOT/tests/support/lsan_suppressions.txt:print_suppressions=0
      export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
      "$ROOT/scripts/deps.sh" fuzz
      tested_in asan
      ;;
    tsan)
      export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
      tested_in tsan
      ;;
    fuzz)
      log=$BUILD/fuzz.log
      FUZZ_SECONDS=${FUZZ_SECONDS:-8} "$ROOT/scripts/fuzz.sh" >"$log" 2>&1 || true
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
    *) die "unknown suite $suite" \
      "one of: rules chart unit engine contract edge storefront browser images asan tsan fuzz e2e" ;;
  esac
done

awk -F '\t' '{ passed += $2; failed += $3 }
  END { print passed " passed, " failed " failed"; exit failed > 0 }' "$tally"
