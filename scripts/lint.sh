#!/usr/bin/env bash
# Style and rules: format, include rules, file length, syntax, clang-tidy.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build lint
cd "$ROOT"
failed=0

step() {  # step LABEL FIX COMMAND...
  local label=$1 fix=$2
  shift 2
  if "$@"; then
    say "ok    $label"
  else
    say "FAIL  $label (fix: $fix)"
    failed=1
  fi
}

shell_syntax() {
  local file bad=0
  for file in scripts/*.sh .ci/run; do bash -n "$file" || bad=1; done
  return $bad
}

# compile() and not py_compile: nothing is written beside the sources.
python_syntax() {
  git ls-files -z --cached --others --exclude-standard -- '*.py' |
    xargs -0 -r python3 -c 'import sys
for path in sys.argv[1:]:
    compile(open(path, encoding="utf-8").read(), path, "exec")'
}

own_tidy() {
  # Each time: files that are new are looked at as well.
  # Nothing is built in it: it knows each file's own command.
  quietly "cmake" cmake -S . -B build-lint -G Ninja -DPREWARM_UNITY=OFF
  python3 tests/lint/tidy.py build-lint build-lint/tidy-cache 2
}

step "formatting" "make format" scripts/format.sh --check
step "include rules and file length" "the places above" \
  python3 tests/lint/include_rules.py
step "shell syntax" "the places above" shell_syntax
step "python syntax" "the places above" python_syntax
step "clang-tidy" "the places above, or NOLINT(check) with a reason" own_tidy
exit $failed
