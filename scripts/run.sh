#!/usr/bin/env bash
# Serves on PORT (8080) until Ctrl-C; ARGS are passed on to the server.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/fetch_weights.sh"
say "http://127.0.0.1:${PORT:-8080}/ (Ctrl-C stops)"
# shellcheck disable=SC2086
exec "$BUILD/bin/inference-server" --host "${HOST_ADDRESS:-127.0.0.1}" \
  --port "${PORT:-8080}" --store "$BUILD/store" --model isnet ${ARGS:-}
