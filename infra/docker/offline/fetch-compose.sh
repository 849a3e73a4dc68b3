#!/usr/bin/env bash
# Brings Docker Compose v2 and buildx as plugins of the docker command, from the packages of Debian 13, without touching
# this machine's package sources. Usage: fetch-compose.sh [folder]; the last line says what to export.
set -euo pipefail

config=${1:-${DOCKER_CONFIG:-$HOME/.docker}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mirror=${MIRROR:-$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)}
mirror=${mirror:-$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list | head -1)}

mkdir -p "$work"/{lists/partial,cache/archives/partial} "$config/cli-plugins"
cd "$work"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >sources.list
apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
"${apt[@]}" update
"${apt[@]}" download docker-compose docker-buildx
for package in *.deb; do dpkg -x "$package" unpacked; done
cp unpacked/usr/libexec/docker/cli-plugins/* "$config/cli-plugins/"
export DOCKER_CONFIG=$config
docker compose version
docker buildx version
echo "export DOCKER_CONFIG=$config"
