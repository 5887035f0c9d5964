#!/usr/bin/env bash
# Prints a folder with nginx and varnishd of Debian, unpacked from their
# packages: their set-up would start services.
. "$(dirname "$0")/lib.sh"
AT=$CACHE/edge-tools
mkdir -p "$AT"
exec 3>&1 1>&2
exec 9>"$AT.lock"
flock 9

# wrapper NAME PROGRAM [LIBRARY]: PROGRAM with a library that is unpacked, too;
# it is the same process, so that its id can be waited for.
wrapper() {
  local name=$1 program=$2 library=${3:-}
  printf '#!/bin/sh\n%sexec %s "$@"\n' \
    "${library:+LD_LIBRARY_PATH=$(dirname "$library") }" "$program" \
    >"$AT/$name.new"
  chmod +x "$AT/$name.new"
  mv "$AT/$name.new" "$AT/$name"
}

lib=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null ||
  printf '%s-linux-gnu' "$(uname -m)")
nginx=$(deb_file nginx usr/sbin/nginx)
varnishd=$(deb_file varnish usr/sbin/varnishd)
jemalloc=$(deb_file libjemalloc2 "$lib/libjemalloc.so.2")
wrapper nginx "$nginx"
wrapper varnishd "$varnishd" "$jemalloc"
say "$AT" >&3
