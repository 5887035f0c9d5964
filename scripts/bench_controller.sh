#!/usr/bin/env bash
# Speed of the controller's decisions and dashboard, the operator on a real API
# server, and the frontier of wait against instance-hours:
# build/bench/decide.json, plan.json, simulate.txt, dashboard.json, crowd.json, rest.json, rest-warm.json, punctuality.json,
# frontier.json, .svg.
# ARGS="--seeds 100 --jobs 2" is passed to tests/bench/frontier.py.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build e2e
PREWARM_TARGETS="warmup-controller decide_bench schedule_bench" \
  "$ROOT/scripts/build.sh"
out=$BUILD/bench
mkdir -p "$out"
program=$BUILD/bin/warmup-controller
say "decisions, plans, arrivals, in seconds of one CPU"
"$BUILD/bin/decide_bench" | tee "$out/decide.json"
"$BUILD/bin/schedule_bench" | tee "$out/schedule.json"

python3 "$ROOT/tests/bench/plan_program.py" --program "$program" \
  --out "$out/plan.json"

say "two months of a trace, 4 million requests"
cat >"$out/policy.yaml" <<'YAML'
apiVersion: prewarm.dev/v1alpha1
kind: PrewarmPolicy
metadata: {name: shop}
spec:
  targetRef: {kind: Deployment, name: server}
  replicas: {max: 10}
  windows: [{name: day, from: "08:00", to: "22:00", replicas: 2}]
YAML
trace=$ROOT/tests/testdata/traces/twitter_volume_amzn.csv
start=$(date +%s%N)
"$program" simulate --policy "$out/policy.yaml" --trace "$trace" --scale 5 \
  --service 100ms --max-instances 50 | tee "$out/simulate.txt"
say "$((($(date +%s%N) - start) / 1000000)) ms"

say "the dashboard: 1,000 policies, 10,000 instances, 10 open pages"
python3 "$ROOT/tests/bench/dashboard_load.py" --out "$out/dashboard.json"

say "the operator: 1,000 windows that open together, 10,000 pods at rest (slow)"
PREWARM_E2E_BIN=$("$ROOT/scripts/control_plane.sh")
export PREWARM_E2E_BIN PREWARM_CONTROLLER=$program
# The system's Python, as of tests/e2e.
/usr/bin/python3 "$ROOT/tests/bench/operator_crowd.py" --out "$out/crowd.json"
/usr/bin/python3 "$ROOT/tests/bench/operator_rest.py" --out "$out/rest.json"
/usr/bin/python3 "$ROOT/tests/bench/operator_rest.py" --each 10 \
  --out "$out/rest-warm.json"
say "the operator: 200 windows of pods with lognormal starts (16 minutes)"
/usr/bin/python3 "$ROOT/tests/bench/operator_punctuality.py" \
  --out "$out/punctuality.json"

say "frontier (slow: ${ARGS:---seeds 3})"
# shellcheck disable=SC2086
exec python3 "$ROOT/tests/bench/frontier.py" --program "$program" \
  --out "$out/frontier" ${ARGS:---seeds 3}
