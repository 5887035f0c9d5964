#!/usr/bin/env bash
# Prints a folder with what Google says of the APIs of Cloud Run and Cloud
# Scheduler, for the tests: the descriptors of the messages (run.json,
# scheduler.json) and the types of the Knative API (run_v1.ts). Fetches what is
# missing, once.
. "$(dirname "$0")/lib.sh"
RUN=@google-cloud/run@3.3.0
SCHEDULER=@google-cloud/scheduler@5.4.0
KNATIVE=@googleapis/run@34.0.0
AT=$CACHE/cloudrun-schema/${RUN##*@}-${SCHEDULER##*@}-${KNATIVE##*@}
mkdir -p "$CACHE/cloudrun-schema"
exec 3>&1 1>&2
# Two runs at the same time would mix their files.
exec 9>"$CACHE/cloudrun-schema/lock"
flock 9

# one PACKAGE FILE AS
one() {
  (
    folder=$(mktemp -d -p "$AT.part")
    cd "$folder"
    # pack, not install: this one package, none of its scripts.
    quietly "npm pack $1 (network?)" npm pack --silent "$1"
    tar -xzf ./*.tgz "package/$2" package/package.json
    mv "package/$2" "../$3"
  )
}

if [ ! -e "$AT/run.json" ]; then
  command -v npm >/dev/null || die "npm is not installed" "make deps"
  say "fetching the descriptors of Cloud Run: npm pack (about 1 MB, once)"
  rm -rf "$AT.part"
  mkdir -p "$AT.part"
  one "$SCHEDULER" build/protos/protos.json scheduler.json
  one "$KNATIVE" v1.ts run_v1.ts
  one "$RUN" build/protos/protos.json run.json
  rm -rf "$AT.part"/tmp.*
  rm -rf "$AT"
  mv "$AT.part" "$AT"
fi
say "$AT" >&3
