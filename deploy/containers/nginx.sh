#!/bin/sh
# Makes the site configuration of the nginx container out of deploy/nginx/hodlxxi.conf: the nodes by their names, the
# certificate from the folder tls, the public host name from PUBLIC_HOST. The image runs it before nginx.
#
# usage: nginx.sh [FROM [TO]]
set -eu
sed -e "s/id\.example\.org/${PUBLIC_HOST:?is not set}/g" \
    -e 's/127\.0\.0\.1:5001/node-1:5000/' \
    -e 's/127\.0\.0\.1:5002/node-2:5000/' \
    -e 's|/etc/hodlxxi/tls/|/etc/nginx/tls/|' \
    "${1:-/etc/nginx/hodlxxi.conf}" >"${2:-/etc/nginx/conf.d/default.conf}"
