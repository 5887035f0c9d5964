# Sourced by the other scripts: where things are, how they speak and fail.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
# Fetched material lies outside the tree: it is never committed or shipped.
CACHE=${PREWARM_CACHE:-${HOME:-/tmp}/.cache/prewarm}

say() { printf '%s\n' "$*"; }

# die WHAT HOW-TO-FIX: every failure names its way out.
die() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  fix: %s\n' "$2" >&2
  exit 1
}

# quietly LABEL COMMAND...: silent unless it fails, then its output's end.
quietly() {
  local label=$1 log
  shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    die "$label failed (its last lines are above)"
  fi
  rm -f "$log"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "need root for: $*" "run as root, or install sudo"
  fi
}

# deb_file PACKAGE PATH: prints where PATH of a Debian package lies: installed,
# or unpacked from the package alone, without its dependencies or services.
deb_file() {
  local package=$1 path=$2 at=$CACHE/deb/$1
  if [ -e "/$path" ]; then
    printf '/%s\n' "$path"
    return
  fi
  if [ ! -e "$at/$path" ]; then
    mkdir -p "$at.part"
    (cd "$at.part" && apt-get -q download "$package" >/dev/null 2>&1 &&
      dpkg-deb -x "$package"_*.deb . && rm -f "$package"_*.deb) ||
      die "could not fetch the Debian package $package" \
        "check the network, then: apt-get update"
    rm -rf "$at"
    mv "$at.part" "$at"
  fi
  [ -e "$at/$path" ] || die "$package has no $path"
  printf '%s\n' "$at/$path"
}

now_ms() { date +%s%3N; }

# start_server LOG ARGS...: starts build/bin/inference-server on a free port;
# sets SERVER_PID, SERVER_PORT and SERVER_OPEN_MS (exec to open port).
start_server() {
  local log=$1 start
  shift
  [ -x "$BUILD/bin/inference-server" ] ||
    die "build/bin/inference-server is missing" "make build"
  # Before it is read: the shell in the background may be later.
  : >"$log"
  start=$(now_ms)
  "$BUILD/bin/inference-server" --port "${SERVER_WANT_PORT:-0}" "$@" 2>"$log" &
  SERVER_PID=$!
  while :; do
    SERVER_PORT=$(sed -n \
      's/.*event"\{0,1\}[=:] *"\{0,1\}listening.*port"\{0,1\}[=:] *\([0-9]*\).*/\1/p' \
      "$log" | head -n 1)
    [ -z "$SERVER_PORT" ] || break
    kill -0 "$SERVER_PID" 2>/dev/null || {
      tail -n 20 "$log" >&2
      die "the server ended before it listened (its log is above)"
    }
    [ $(($(now_ms) - start)) -lt 30000 ] ||
      die "the server did not listen within 30 s" "see $log"
    sleep 0.01
  done
  SERVER_OPEN_MS=$(($(now_ms) - start))
}

# Graceful first, then by force: nothing of ours outlives a script.
stop_server() {
  [ -n "${SERVER_PID:-}" ] || return 0
  kill -TERM "$SERVER_PID" 2>/dev/null || true
  for _ in $(seq 150); do
    kill -0 "$SERVER_PID" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$SERVER_PID" 2>/dev/null || true
  wait "$SERVER_PID" 2>/dev/null || true
  SERVER_PID=
}
