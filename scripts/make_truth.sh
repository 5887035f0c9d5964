#!/usr/bin/env bash
# make_truth.sh [DIR [COUNT]]: pictures with known mattes for `prewarm-model
# compare --truth`, in DIR/images and DIR/truth (build/truth, 60 of them).
. "$(dirname "$0")/lib.sh"
VERSION=1.1.0
PACKAGE=@lobehub/fluent-emoji-3d@$VERSION
SHA256=c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58
AT=$CACHE/fluent-emoji-3d-$VERSION
out=${1:-$BUILD/truth}

"$ROOT/scripts/deps.sh" truth
if [ ! -d "$AT/package/assets" ]; then
  say "fetching cut-outs: npm pack $PACKAGE (about 16 MB, once)"
  rm -rf "$AT.part"
  mkdir -p "$AT.part"
  # pack, not install: this one package, none of its dependencies or scripts.
  (cd "$AT.part" && quietly "npm pack $PACKAGE (network?)" \
    npm pack --silent "$PACKAGE")
  sha256sum "$AT.part"/*.tgz | grep -q "^$SHA256 " ||
    die "$PACKAGE is not the package that was expected" \
      "compare it with SHA256 in scripts/make_truth.sh"
  (cd "$AT.part" && tar -xzf ./*.tgz && rm -f ./*.tgz)
  rm -rf "$AT"
  mv "$AT.part" "$AT"
fi
photos=$(deb_file python3-skimage usr/lib/python3/dist-packages/skimage/data)
# Debian's own python3: python3-pil belongs to it.
quietly "composing" /usr/bin/python3 "$ROOT/tests/bench/make_truth.py" \
  "$AT/package/assets" "$photos" "$out" "${2:-60}"
say "$(find "$out/images" -type f | wc -l) pictures in $out/images, their mattes in $out/truth"
