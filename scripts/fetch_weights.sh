#!/usr/bin/env bash
# Fetches the IS-Net weights into the cache and imports them into build/store.
# Prints nothing when there is nothing to do.
. "$(dirname "$0")/lib.sh"
VERSION=1.4.5
PACKAGE=@imgly/background-removal-data@$VERSION
AT=$CACHE/npm-$VERSION

if [ ! -e "$AT/package/dist/resources.json" ]; then
  command -v npm >/dev/null || die "npm is not installed" "make deps"
  say "fetching the weights: npm pack $PACKAGE (about 113 MB, once)"
  rm -rf "$AT.part"
  mkdir -p "$AT.part"
  # pack, not install: this one package, none of its dependencies or scripts.
  (cd "$AT.part" && quietly "npm pack $PACKAGE (network?)" \
    npm pack --silent "$PACKAGE" && tar -xzf ./*.tgz && rm -f ./*.tgz)
  rm -rf "$AT"
  mv "$AT.part" "$AT"
fi

[ "${1:-}" != --only-fetch ] || exit 0
[ -x "$BUILD/bin/prewarm-model" ] ||
  die "build/bin/prewarm-model is missing" "make build"
# None there, or one of an older format.
if ! "$BUILD/bin/prewarm-model" show isnet --store "$BUILD/store" \
  >/dev/null 2>&1; then
  cat <<NOTICE
licence notice: the npm package $PACKAGE is AGPL-3.0; its third-party
  list names the model as ISNET (MIT, from xuebinqin/DIS). The weights stay on
  this machine: they are not part of Prewarm and must not be shipped with it.
NOTICE
  quietly "import of the weights" "$BUILD/bin/prewarm-model" import isnet \
    --npm-package "$AT/package" --npm-model medium --store "$BUILD/store" \
    --source "npm $PACKAGE, model medium" \
    --license "package: AGPL-3.0; model ISNET (xuebinqin/DIS): MIT" \
    --notice "fetched to this machine; must not be shipped with Prewarm"
  say "imported isnet into build/store"
fi
