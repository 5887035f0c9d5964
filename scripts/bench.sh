#!/usr/bin/env bash
# Prewarm against its peers in one run; ARGS="--quick --only health" is passed
# on. Writes build/bench/results.json and results.md; `bench.sh cold` measures
# cold starts instead, into cold.json and cold.md.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/deps.sh" build bench
"$ROOT/scripts/build.sh"
"$ROOT/scripts/fetch_weights.sh"
peers=$CACHE/bench
data=$peers/data
mkdir -p "$data"
if ! cmp -s "$ROOT/tests/bench/peers/package.json" "$peers/package.json" ||
  [ ! -d "$peers/node_modules/onnxruntime-node" ]; then
  say "installing the peers into $peers (about 600 MB, once)"
  cp "$ROOT/tests/bench/peers/package.json" "$peers/package.json"
  # No install scripts: the CPU binaries are in the packages.
  quietly "npm install of the peers (network?)" npm --prefix "$peers" \
    install --ignore-scripts --no-audit --no-fund
fi
prepared=$data/.complete-$(sha256sum <"$ROOT/tests/bench/prepare.py" | cut -c1-12)
if [ ! -e "$prepared" ]; then
  say "preparing photos"
  folder=usr/lib/python3/dist-packages/skimage/data
  # Debian's own python3: python3-pil belongs to it.
  quietly "preparing photos" /usr/bin/python3 "$ROOT/tests/bench/prepare.py" \
    "$(deb_file python3-skimage $folder)" "$CACHE/npm-1.4.5/package" "$data"
  touch "$prepared"
fi
program=bench.py
if [ "${1:-}" = cold ]; then
  program=cold.py
  quietly "build of naive_jit" ninja -C "$BUILD" naive_jit
  exporter=$ROOT/tests/bench/peers/isnet_torch.py
  exported=$data/.isnet.pt-$(sha256sum <"$exporter" | cut -c1-12)
  if [ ! -e "$exported" ]; then
    say "exporting IS-Net to TorchScript, for torch::jit::load"
    # Debian's own python3: python3-torch belongs to it.
    quietly "export to TorchScript" /usr/bin/python3 \
      "$exporter" export \
      "$BUILD"/store/models/isnet/*/weights.safetensors "$data/isnet.pt.part"
    mv "$data/isnet.pt.part" "$data/isnet.pt"
    touch "$exported"
  fi
fi
# shellcheck disable=SC2086
exec python3 "$ROOT/tests/bench/$program" "$data" "$peers" "$BUILD/bench" \
  ${ARGS:-}
