import { Cluster } from 'ioredis';
import type { ReachedStores } from '../reach-stores.js';
import { bad, type Check, type Finding, ok, warn } from './finding.js';

const OLDEST = [6, 2] as const;

/** Each master: version, what it does when its memory is full, and whether it keeps its data. */
export const checkRedis: Check<ReachedStores> = async ({ redis }) => {
  const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const findings: Finding[] = [];
  for (const node of nodes) {
    const name = redis instanceof Cluster ? `Redis ${node.options.host}:${node.options.port}` : 'Redis';
    findings.push(...judge(name, fieldsOf(await node.info())));
  }
  return findings;
};

function judge(name: string, info: Record<string, string>): Finding[] {
  const { redis_version: version = '0', maxmemory_policy: policy = '' } = info;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  const [used, max] = [Number(info['used_memory']), Number(info['maxmemory'])];
  const memory = `${mib(used)} of ${max > 0 ? mib(max) : 'unlimited'} memory`;
  return [
    fits ? ok(name, `answers, version ${version}, ${memory}`) : bad(name, `is ${version}: install 6.2 or newer`),
    ...(max > 0 && used > max * 0.8
      ? [warn(`${name} memory`, `${memory}: raise maxmemory; when it is full, sends are refused`)]
      : []),
    policy === 'noeviction' || policy.startsWith('volatile-')
      ? ok(`${name} eviction`, policy)
      : bad(`${name} eviction`, `maxmemory-policy is ${policy}: it may throw commands away; set noeviction`),
    info['aof_enabled'] === '1'
      ? ok(`${name} persistence`, 'append-only file')
      : warn(
          `${name} persistence`,
          'no append-only file: after a crash people send their unacked messages again; set appendonly yes',
        ),
  ];
}

const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

/** The lines `name:value` of INFO. */
const fieldsOf = (info: string): Record<string, string> =>
  Object.fromEntries(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
