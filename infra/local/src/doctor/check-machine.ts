import { existsSync, statfsSync } from 'node:fs';
import type { Settings } from '../settings.js';
import { type Check, ok, warn } from './finding.js';

const LITTLE_MB = 1_000;

/** Node, the room on the disk, and settings that do not fit together. */
export const checkMachine: Check<Settings> = async ({ dataDir, databaseUrl, redisUrl, redisClusterNodes }) => {
  const findings = [ok('Node', process.versions.node)];
  if (existsSync(dataDir)) {
    const { bavail, bsize } = statfsSync(dataDir);
    const free = Math.floor((bavail * bsize) / 1024 / 1024);
    findings.push(
      free >= LITTLE_MB
        ? ok('Disk', `${free} MB free at ${dataDir}`)
        : warn('Disk', `only ${free} MB free at ${dataDir}: make room`),
    );
  }
  const where = (given: boolean) => (given ? 'from the environment' : 'embedded');
  findings.push(
    ok(
      'Configuration',
      `Postgres ${where(databaseUrl !== undefined)}, Redis ${where((redisUrl ?? redisClusterNodes) !== undefined)}`,
    ),
  );
  if (redisUrl !== undefined && redisClusterNodes !== undefined)
    findings.push(warn('Configuration', 'REDIS_CLUSTER_NODES is used; of REDIS_URL only user, password and TLS count'));
  return findings;
};
