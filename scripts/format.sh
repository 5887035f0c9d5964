#!/usr/bin/env bash
# Formats our own C++ in place; `format.sh --check` only says what differs.
. "$(dirname "$0")/lib.sh"
command -v clang-format >/dev/null || "$ROOT/scripts/deps.sh" lint
cd "$ROOT"
mode=(-i)
[ "${1:-}" != --check ] || mode=(--dry-run -Werror)
git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' |
  xargs -0 -r -n 20 -P 2 clang-format --style=file "${mode[@]}" ||
  die "formatting differs (places above)" "make format"
