#!/usr/bin/env bash
# Makes stand-ins for the base images of docker-compose.yml, for a machine that reaches Debian's packages and the
# npm registry but no image registry. They carry the official names and honour the part of the official environment that
# Brook uses, so Dockerfile, docker-compose.yml and testcontainers need no change. Not for production.
#
# Needs: root, a running Docker engine, debootstrap, npm. Takes about a minute; WORK names a folder to keep between runs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
[ -n "${WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mirror=${MIRROR:-$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)}
mirror=${mirror:-$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list | head -1)}
# The plain builder takes base images from this engine only and asks no registry for them.
export DOCKER_BUILDKIT=0
mkdir -p "$work"

base=brook-offline/debian:bookworm
if ! docker image inspect "$base" >/dev/null 2>&1; then
  rootfs=$work/rootfs
  [ -d "$rootfs/usr" ] ||
    debootstrap --variant=minbase --include=ca-certificates,redis-server,postgresql-15,nginx-light bookworm "$rootfs" "$mirror" \
      >"$work/debootstrap.log" || { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  # Left out: caches, documentation, the just-in-time compiler of Postgres, the cluster that its package made.
  tar -C "$rootfs" --exclude='./var/cache/apt/archives/*.deb' --exclude='./var/lib/apt/lists/*' \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude=./usr/lib/llvm-14 --exclude='./usr/lib/x86_64-linux-gnu/libLLVM-14.so*' \
    --exclude=./usr/lib/postgresql/15/lib/bitcode --exclude=./var/lib/postgresql/15 \
    --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -cf - . |
    docker import --change \
      'ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$base" >/dev/null
fi

docker build -q -t postgres:16-alpine --build-arg BASE="$base" -f "$here/postgres.Dockerfile" "$here"
docker build -q -t redis:7-alpine --build-arg BASE="$base" -f "$here/redis.Dockerfile" "$here"
docker build -q -t nginxinc/nginx-unprivileged:1.29-alpine --build-arg BASE="$base" -f "$here/nginx.Dockerfile" "$here"

prometheus=$work/prometheus
if [ ! -x "$prometheus/usr/bin/prometheus" ]; then
  mkdir -p "$prometheus"
  (cd "$prometheus" && apt-get -qq -o APT::Sandbox::User=root download prometheus && dpkg -x prometheus_*.deb .)
fi
docker build -q -t prom/prometheus:v3.5.0 --build-arg BASE="$base" -f "$here/prometheus.Dockerfile" "$prometheus/usr/bin"

# Node from the npm package `node`, with the npm that this release of Node brings.
programs=$work/programs
if [ ! -x "$programs/node_modules/node/bin/node" ]; then
  mkdir -p "$programs"
  echo '{"private":true}' >"$programs/package.json"
  npm install --prefix "$programs" --no-audit --no-fund --foreground-scripts=false \
    "node@${NODE_MAJOR:-22}" "npm@${NPM_MAJOR:-10}" >"$work/npm.log" 2>&1 || { tail -20 "$work/npm.log" >&2; exit 1; }
fi
context=$work/node-context
rm -rf "$context"
mkdir -p "$context"
cp -L "$programs/node_modules/node/bin/node" "$context/node"
cp -rL "$programs/node_modules/npm" "$context/npm"
# Certificates that this machine trusts, so that `npm ci` inside an image trusts the same registry.
cp /etc/ssl/certs/ca-certificates.crt "$context/ca.crt"
docker build -q -t "node:${NODE_MAJOR:-22}-bookworm-slim" --build-arg BASE="$base" -f "$here/node.Dockerfile" "$context"
docker images --format 'table {{.Repository}}:{{.Tag}}\t{{.Size}}'
