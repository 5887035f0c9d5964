#!/usr/bin/env bash
# From a build to a cut-out photo: serve, warm, cut out, stop. Then the scene of
# demo_policy.sh.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/fetch_weights.sh"
out=$BUILD/demo
mkdir -p "$out"
# Eileen Collins, NASA: public domain, in Debian's scikit-image.
photo=$(deb_file python3-skimage \
  usr/lib/python3/dist-packages/skimage/data/astronaut.png)

trap stop_server EXIT
start_server "$out/server.log" --host 127.0.0.1 --store "$BUILD/store" \
  --model isnet
url=http://127.0.0.1:$SERVER_PORT

# ask FILE CURL-ARGUMENTS...: 200 or the problem the server reports.
ask() {
  local file=$1 code
  shift
  code=$(curl -sS --max-time 300 -o "$file" -w '%{http_code}' "$@") ||
    die "the server does not answer" "see $out/server.log"
  [ "$code" = 200 ] || {
    head -c 2000 "$file" >&2
    die "HTTP $code (the server's reason is above)" "see $out/server.log"
  }
}
start=$(now_ms)
ask "$out/warmup.json" -X POST "$url/warmup"
warm=$(($(now_ms) - start + SERVER_OPEN_MS))
start=$(now_ms)
ask "$out/cutout.part" -D "$out/headers.txt" \
  -F "image=@$photo" "$url/api/v2/process"
request=$(($(now_ms) - start))
mv "$out/cutout.part" "$out/cutout.png"

printf '%-22s %s\n' \
  'port open' "$SERVER_OPEN_MS ms after start" \
  'warm' "$warm ms after start" \
  'request' "$request ms ($(basename "$photo"))" \
  'of which' "$(sed -n 's/^[Ss]erver-[Tt]iming: //p' "$out/headers.txt" | tr -d '\r')" \
  'cut-out' "$out/cutout.png"

stop_server
. "$ROOT/scripts/demo_policy.sh"
