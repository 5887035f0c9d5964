#!/usr/bin/env bash
# Serves on PORT (8080) until Ctrl-C; ARGS are passed on to the server. With
# another model than isnet (PREWARM_MODEL, or --model in ARGS), say where it is
# (PREWARM_STORE, or --store).
. "$(dirname "$0")/lib.sh"
export PREWARM_STORE=${PREWARM_STORE:-$BUILD/store}
export PREWARM_MODEL=${PREWARM_MODEL:-isnet}
case "$PREWARM_MODEL ${ARGS:-}" in
  *--model* | *--store*) ;;
  isnet*) "$ROOT/scripts/fetch_weights.sh" ;;
esac
say "http://${HOST_ADDRESS:-127.0.0.1}:${PORT:-8080}/ (Ctrl-C stops)"
# shellcheck disable=SC2086
exec "$BUILD/bin/inference-server" --host "${HOST_ADDRESS:-127.0.0.1}" \
  --port "${PORT:-8080}" ${ARGS:-}
