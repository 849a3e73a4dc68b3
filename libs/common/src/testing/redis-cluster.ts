import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { asRedisServer, findRedisProgram, freePort, spawnBound } from '../embedded/index.js';
import { eventually } from './eventually.js';
import { announce, makeServerFolder } from './servers.js';

/** A Redis Cluster of two masters, without replicas and without a file. `nodes` as REDIS_CLUSTER_NODES wants them. */
export async function startRedisCluster(): Promise<{ nodes: string; stop(): Promise<void> }> {
  const folder = makeServerFolder();
  const nodes = [await startNode(folder), await startNode(folder)];
  const [first, second] = nodes.map(({ client }) => client) as [Redis, Redis];
  await first.cluster('ADDSLOTSRANGE', 0, 8_191);
  await second.cluster('ADDSLOTSRANGE', 8_192, 16_383);
  await first.cluster('MEET', '127.0.0.1', nodes[1]?.port as number, nodes[1]?.bus as number);
  for (const client of [first, second])
    await eventually(async () => expectWhole(await client.cluster('INFO')), { timeout: 20_000 });
  return {
    nodes: nodes.map(({ port }) => `127.0.0.1:${port}`).join(','),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function expectWhole(info: unknown): boolean {
  return /cluster_state:ok/.test(String(info)) && /cluster_known_nodes:2/.test(String(info));
}

async function startNode(parent: string) {
  const port = await freePort();
  // Unless it is told, a node talks to the others on its port + 10,000, which there may not be.
  const bus = await freePort();
  const folder = join(parent, String(port));
  mkdirSync(folder);
  const program = asRedisServer(findRedisProgram(announce), folder);
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    'cluster-enabled': 'yes',
    'cluster-port': bus,
    'cluster-node-timeout': 2_000,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawnBound({ command: program, args, cwd: folder, onParentDeath: 'SIGKILL' });
  for (const stream of [child.stdout, child.stderr]) stream?.resume();
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  await eventually(() => client.ping(), { timeout: 20_000 });
  return {
    port,
    bus,
    client,
    async stop() {
      client.disconnect();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
