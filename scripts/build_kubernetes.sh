#!/usr/bin/env bash
# Builds kube-apiserver and kube-controller-manager from Debian 12's source
# package into DIR/kubernetes-VERSION and prints that folder; only once.
# Needs nothing installed: Go comes unpacked from Debian's packages.
. "$(dirname "$0")/lib.sh"
DIR=${1:?folder for the result}
VERSION=1.20.2
RESULT=$DIR/kubernetes-$VERSION
exec 3>&1 1>&2

if [ -x "$RESULT/kube-apiserver" ] && [ -x "$RESULT/kube-controller-manager" ]; then
  say "$RESULT" >&3
  exit 0
fi

WORK=$RESULT.work
SOURCE=$WORK/go/src/k8s.io/kubernetes
say "building Kubernetes $VERSION from Debian's source (10-20 minutes, once)"
rm -rf "$WORK"
mkdir -p "$WORK/lists/partial" "$WORK/fetched" "$SOURCE"

# The machine lists no sources: its own Debian archive as deb-src, kept apart.
fetch_source() {
  apt-get indextargets 'Created-By: Packages' 'Label: Debian' \
    'Codename: bookworm' 'Component: main' --format \
    'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(CODENAME) $(COMPONENT)' |
    sort -u >"$WORK/sources.list"
  [ -s "$WORK/sources.list" ] ||
    die "apt knows no Debian 12 archive" "apt-get update, on Debian 12"
  local apt=(apt-get -q -o "Dir::Etc::SourceList=$WORK/sources.list"
    -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$WORK/lists"
    -o APT::Sandbox::User=)
  cd "$WORK/fetched"
  quietly "apt-get update for sources" "${apt[@]}" update
  quietly "apt-get source kubernetes" "${apt[@]}" source --download-only kubernetes
  tar -xzf kubernetes_*"$VERSION".orig.tar.gz -C "$SOURCE" --strip-components=1
}

# fetch_packages NAME...: unpacked into one folder, as they expect to lie.
fetch_packages() {
  cd "$WORK/fetched"
  quietly "apt-get download $*" apt-get -q -o APT::Sandbox::User= download "$@"
  local file
  for file in ./*.deb; do dpkg-deb -x "$file" "$WORK/root"; done
}

# The vendored copy of this one module crashes when Go >= 1.18 built it.
replace_reflect2() {
  local path=github.com/modern-go/reflect2
  rm -rf "${SOURCE:?}/vendor/$path"
  cp -rL "$WORK/root/usr/share/gocode/src/$path" "$SOURCE/vendor/$path"
}

# The one generated file that the source package leaves out.
generate_openapi() {
  local packages
  packages=$(find -L vendor/k8s.io pkg cmd plugin -name '*.go' \
    -exec grep -l '+k8s:openapi-gen=' {} + | xargs -n1 dirname | sort -u |
    grep -v '^vendor/k8s.io/\(code-generator\|sample-\|kube-openapi\)' |
    sed 's,^,k8s.io/kubernetes/,' | paste -sd ,)
  : >"$WORK/no-header"
  go build -o "$WORK/openapi-gen" \
    ./vendor/k8s.io/kube-openapi/cmd/openapi-gen &&
    "$WORK/openapi-gen" -i "$packages" -O zz_generated.openapi \
      -p k8s.io/kubernetes/pkg/generated/openapi \
      -h "$WORK/no-header" -r "$WORK/api-rule-violations"
}

# Niced: whoever builds this works on something else meanwhile.
compile() {
  local flags="-s -w" at
  # Two copies of the version: --version tells the one, /version the other.
  for at in component-base/version client-go/pkg/version; do
    at=k8s.io/kubernetes/vendor/k8s.io/$at
    flags="$flags -X $at.gitVersion=v$VERSION -X $at.gitMajor=1 -X $at.gitMinor=20"
  done
  generate_openapi && mkdir -p "$WORK/out" &&
    nice -n 19 go build -trimpath -o "$WORK/out/" -ldflags "$flags" \
      ./cmd/kube-apiserver ./cmd/kube-controller-manager
}

fetch_source
fetch_packages golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev
replace_reflect2
export GOROOT=$WORK/root/usr/lib/go-1.19 GOPATH=$WORK/go \
  GOCACHE=$WORK/go-cache GO111MODULE=off GOFLAGS= CGO_ENABLED=0
export PATH=$GOROOT/bin:$PATH
cd "$SOURCE"
quietly "building Kubernetes" compile
rm -rf "$RESULT"
mv "$WORK/out" "$RESULT"
rm -rf "$WORK"
say "$RESULT" >&3
