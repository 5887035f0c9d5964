#!/usr/bin/env bash
# Prints a folder with the npm packages of storefront/package-lock.json
# (esbuild, typescript, playwright-core, axe-core), and links it as
# storefront/node_modules. Fetches them when they are missing, once for each lock.
. "$(dirname "$0")/lib.sh"
LOCK=$ROOT/storefront/package-lock.json
KEY=$(sha256sum "$LOCK" | cut -c1-16)
AT=$CACHE/storefront/$KEY
mkdir -p "$CACHE/storefront"
exec 3>&1 1>&2
# Two runs at the same time would mix their files.
exec 9>"$CACHE/storefront/lock"
flock 9

if [ ! -d "$AT/node_modules/playwright-core" ]; then
  command -v npm >/dev/null || die "npm is not installed" "make deps"
  say "fetching the storefront's tools: npm ci (once)"
  rm -rf "$AT.part"
  mkdir -p "$AT.part"
  cp "$ROOT/storefront/package.json" "$LOCK" "$AT.part"
  [ ! -e "$ROOT/storefront/.npmrc" ] || cp "$ROOT/storefront/.npmrc" "$AT.part"
  # What the lock names, by checksum, and none of its scripts.
  (cd "$AT.part" && quietly "npm ci (network?)" \
    npm ci --ignore-scripts --no-audit --no-fund)
  rm -rf "$AT"
  mv "$AT.part" "$AT"
fi
# A folder of one's own is left alone.
[ -d "$ROOT/storefront/node_modules" ] && [ ! -L "$ROOT/storefront/node_modules" ] ||
  ln -sfn "$AT/node_modules" "$ROOT/storefront/node_modules"
say "$AT/node_modules" >&3
