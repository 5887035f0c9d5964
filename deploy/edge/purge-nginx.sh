#!/bin/sh
# purge-nginx.sh CACHE-FOLDER KEY...: removes nginx's copies of shared results,
# and says of each key whether there was one.
# KEY is that of /api/v2/results/KEY; the folder is that of proxy_cache_path, with
# levels=1:2. nginx looks for the file with each request, and asks the origin
# when it is gone.
set -eu
[ $# -ge 2 ] || {
  echo "usage: $0 CACHE-FOLDER KEY..." >&2
  exit 2
}
folder=$1
shift
[ -d "$folder" ] || {
  echo "$0: $folder is no folder; give that of proxy_cache_path" >&2
  exit 1
}
for key in "$@"; do
  # 16 digits of the tenant, 64 of the picture.
  if ! printf '%s\n' "$key" | grep -Eqx '[0-9a-f]{16}-[0-9a-f]{64}'; then
    echo "$0: \"$key\" is not the key of a result" >&2
    exit 2
  fi
  # The file's name is the MD5 of proxy_cache_key; its folders are its last
  # digits.
  name=$(printf '/api/v2/results/%s' "$key" | md5sum | cut -c1-32)
  last=$(printf %s "$name" | cut -c32)
  before=$(printf %s "$name" | cut -c30-31)
  file=$folder/$last/$before/$name
  if [ -e "$file" ]; then
    rm -f "$file"
    echo "removed: $key"
  else
    echo "no copy: $key"
  fi
done
