import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@brook/common/embedded';
import { type SpawnedBrook, spawnBrook } from '@brook/infra/local';
import { Redis } from 'ioredis';
import { childrenOf, commandLineOf, type ProcessTree } from '../measure/processes.js';
import { forAll, Rest } from './rest.js';
import type { Target } from './target.js';

/** Requests at once while people and rooms are made. */
const AT_ONCE = 16;

/** A whole Brook in a folder of its own, and more than other targets need to know of it. */
export interface BrookTarget extends Target {
  brook: SpawnedBrook;
  rest: Rest;
  /** Token of the person who owns the rooms. */
  owner: string;
}

/** Starts Brook with its launcher: default durability, limits off. `env` adds to its environment. */
export async function startBrook(env: NodeJS.ProcessEnv = {}): Promise<BrookTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'brook-bench-'));
  // The embedded servers run as another account when this one is root.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const spawnIt = () => spawnBrook({ dataDir: join(folder, 'data'), port, env: { LIMITS: 'off', LOG_LEVEL: 'warn', ...env } });
  const brook = await spawnIt();
  const rest = new Rest(brook.url);
  const owner = await signUp(rest);
  const target: BrookTarget = {
    name: 'brook',
    brook,
    rest,
    owner,
    trees: treesOf(brook.process.pid as number),
    ports: [port],
    rooms: (count) =>
      forAll(Array.from({ length: count }), AT_ONCE, async (_, i) => {
        const { room } = await rest.call<{ room: { id: string } }>('POST', '/rooms', {
          token: owner,
          body: { name: `Room ${i}` },
        });
        return room.id;
      }),
    people: (rooms) => forAll(rooms, AT_ONCE, (roomId) => guest(rest, roomId)),
    chill: () => forgetRecent(target.brook),
    async renew() {
      await target.brook.stop();
      target.brook = await spawnIt();
      // The load generator keeps the list.
      target.trees.splice(0, Infinity, ...treesOf(target.brook.process.pid as number));
    },
    async stop() {
      rest.close();
      await target.brook.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return target;
}

async function signUp(rest: Rest): Promise<string> {
  const body = { username: `bench-${randomBytes(4).toString('hex')}`, password: randomBytes(9).toString('hex'), tokens: 'body' };
  return (await rest.call<{ accessToken: string }>('POST', '/users', { body })).accessToken;
}

async function guest(rest: Rest, roomId: string | undefined): Promise<string> {
  const { accessToken: token } = await rest.call<{ accessToken: string }>('POST', '/sessions/guest', {
    body: { tokens: 'body' },
  });
  if (roomId !== undefined) await rest.call('PUT', `/rooms/${roomId}/members/me`, { token });
  return token;
}

/** Throws the recent messages of all rooms out of Redis, and their heads, without which gateways answer nothing from memory. */
async function forgetRecent({ facts }: SpawnedBrook): Promise<void> {
  const redis = new Redis(facts.redisUrl as string);
  for (const match of ['*:room:*:recent*', '*:room:*:head'])
    for await (const keys of redis.scanStream({ match, count: 1000 }) as AsyncIterable<string[]>)
      if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}

/** The launcher's children by what they are; the launcher itself only looks after them. */
export function treesOf(launcher: number): ProcessTree[] {
  return childrenOf(launcher).map((pid) => {
    const line = commandLineOf(pid);
    const service = /services\/(\w+)\//.exec(line)?.[1];
    return { name: service ?? (line.includes('redis') ? 'redis' : 'postgres'), pid };
  });
}
