#!/bin/sh
# Joins Redis nodes to one cluster: join-cluster.sh <host>... Needs REDIS_PASSWORD. Stays afterwards and does nothing, so
# that `docker compose up --wait` sees a service that runs.
set -eu
export REDISCLI_AUTH="$REDIS_PASSWORD"
address() { getent hosts "$1" | head -n 1 | cut -d ' ' -f 1; }

first=$1
known=$(redis-cli -h "$first" cluster info | sed -n 's/^cluster_known_nodes:\([0-9]*\).*/\1/p')
if [ "$known" -gt 1 ]; then
  for host in "$@"; do redis-cli -h "$first" cluster meet "$(address "$host")" 6379; done
else
  nodes=''
  for host in "$@"; do nodes="$nodes $(address "$host"):6379"; done
  # shellcheck disable=SC2086 # One argument a node.
  redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes
fi
exec sleep infinity
