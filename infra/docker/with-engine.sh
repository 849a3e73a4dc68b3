#!/usr/bin/env bash
# Runs a command with a Docker engine that has Compose v2 and the base images: with the engine that answers, or, as root
# where dockerd is installed, with one of its own that ends with the command and leaves nothing behind. Images that cannot
# be fetched are replaced by the stand-ins of offline/. Usage: infra/docker/with-engine.sh npm test
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
images=(postgres:16-alpine redis:7-alpine node:22-bookworm-slim nginxinc/nginx-unprivileged:1.29-alpine prom/prometheus:v3.5.0)
folder=$(mktemp -d)
engine=

leave() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || true # It may have ended by itself.
    wait "$engine" || true
  fi
  rm -rf "$folder"
}
trap leave EXIT
# What runs in the foreground hears the signal too and ends first: it needs the engine to take its containers away.
trap 'exit 130' INT TERM HUP

refuse() {
  echo "The containers cannot run here: $1" >&2
  exit 1
}

answers() { docker version >/dev/null 2>&1; }

start_engine() {
  command -v dockerd >/dev/null || refuse 'no Docker engine answers, and there is no dockerd to start one.'
  [ "$(id -u)" = 0 ] || refuse 'no Docker engine answers, and only root can start one.'
  echo 'No Docker engine answers: starting one for this run.'
  # A process group of its own, so that Ctrl-C does not reach it; and it ends with this script, however that ends.
  setsid setpriv --pdeathsig TERM dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    -H "unix://$folder/docker.sock" >"$folder/log" 2>&1 &
  engine=$!
  export DOCKER_HOST=unix://$folder/docker.sock
  for _ in $(seq 300); do
    if answers; then return; fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$folder/log" >&2
  refuse 'the engine did not start; its last words stand above.'
}

bring_compose() {
  command -v apt-get >/dev/null || refuse 'this docker command has no Compose v2.'
  echo "Fetching Compose v2 from Debian's packages."
  "$here/offline/fetch-compose.sh" "$folder/config" >/dev/null
  export DOCKER_CONFIG=$folder/config
}

bring_images() {
  for image in "${images[@]}"; do
    if docker image inspect "$image" >/dev/null 2>&1 || docker pull --quiet "$image" 2>"$folder/refusal"; then continue; fi
    tail -1 "$folder/refusal" >&2
    if ! command -v debootstrap >/dev/null || [ "$(id -u)" != 0 ]; then refuse "$image cannot be fetched."; fi
    echo "$image cannot be fetched: building stand-ins for the base images."
    "$here/offline/build-images.sh" >"$folder/images.log" 2>&1 || { tail -20 "$folder/images.log" >&2; refuse 'the stand-ins did not build.'; }
    # BuildKit would ask a registry for what the engine has.
    export DOCKER_BUILDKIT=0
    return
  done
}

answers || start_engine
docker compose version >/dev/null 2>&1 || bring_compose
bring_images
# Who asks for containers is not content with the embedded servers.
BROOK_TEST_SERVERS=${BROOK_TEST_SERVERS:-containers} "$@"
