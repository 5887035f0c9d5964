# Sourced by demo.sh: a policy whose window opens soon. The controller starts an
# instance and warms it before that; then its first request, and the same
# request to an instance that nobody warmed.
policies=$out/policies
rm -rf "$policies"
mkdir -p "$policies"
# Windows open on whole minutes: the next one that leaves 25 s.
opens=$((($(date +%s) + 25 + 59) / 60 * 60))
cat >"$policies/demo.yaml" <<YAML
apiVersion: prewarm.dev/v1alpha1
kind: LocalProcess
metadata: {name: server}
spec:
  command: ["$BUILD/bin/inference-server", --host, 127.0.0.1, --port, "{port}",
            --store, "$BUILD/store", --model, isnet]
  ports: {from: 18200, to: 18299}
  logDirectory: "$out"
---
apiVersion: prewarm.dev/v1alpha1
kind: PrewarmPolicy
metadata: {name: demo}
spec:
  targetRef: {kind: LocalProcess, name: server}
  windows: [{name: demo, cron: "$(date -u -d "@$opens" '+%-M %-H * * *')", duration: 10m}]
  leadTime: {mode: fixed, fixed: 20s}
YAML
"$BUILD/bin/warmup-controller" validate "$policies/demo.yaml" >/dev/null
say "a window opens at $(date -d "@$opens" +%T), in $((opens - $(date +%s))) s"

log=$out/controller.log
: >"$log"
"$BUILD/bin/warmup-controller" local --policies "$policies" \
  --listen 127.0.0.1:0 2>"$log" &
SERVER_PID=$! # stop_server ends it, and it ends its instances
port=
for _ in $(seq 300); do
  port=$(sed -n 's/.*event=listening listener=inner port=\([0-9]*\).*/\1/p' "$log")
  [ -z "$port" ] || break
  sleep 0.1
done
[ -n "$port" ] || die "the controller did not listen within 30 s" "see $log"
target=http://127.0.0.1:$port/api/v1/targets/default/server/warmup

# field NAME: of the target's state, as the controller tells it.
field() {
  curl -sS "$target" | python3 -c '
import json, sys
state = json.load(sys.stdin)
instance = (state.get("instances") or [{}])[0]
print(state.get(sys.argv[1], instance.get(sys.argv[1])) or "")' "$1"
}
while [ "$(field state)" != ready ]; do
  [ "$(date +%s)" -lt $((opens + 120)) ] ||
    die "the instance is not warm 120 s after the window opened" "see $log"
  sleep 0.2
done
warm_at=$(date -d "$(field provenAt)" +%s)
while [ "$(date +%s)" -lt "$opens" ]; do sleep 0.2; done
start=$(now_ms)
ask "$out/warm.part" -F "image=@$photo" "$(field url)/api/v2/process"
first=$(($(now_ms) - start))
stop_server

start=$(now_ms)
start_server "$out/cold.log" --host 127.0.0.1 --store "$BUILD/store" \
  --model isnet --warm-on-start false
ask "$out/cold.part" -F "image=@$photo" \
  "http://127.0.0.1:$SERVER_PORT/api/v2/process"
cold=$(($(now_ms) - start))
rm -f "$out/warm.part" "$out/cold.part"

printf '%-22s %s\n' \
  'window opened' "$(date -d "@$opens" +%T)" \
  'instance was warm' "$((opens - warm_at)) s before" \
  'its first request' "$first ms" \
  'the same, cold' "$cold ms, from the start of the process"
