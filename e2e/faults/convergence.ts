import { keys, partitionOf } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { check, checkMentionCounts, expectKept } from './checker.js';
import { PARTITIONS, type System } from './cluster.js';
import { Load } from './load.js';
import { runSeed, say } from './scenario.js';
import { seeded } from './random.js';
import type { Replica } from './replica.js';
import type { Change, Sender } from './sender.js';

/*
 * 11. Whatever is cut, trimmed, edited, reacted to, mentioned, forgotten and resumed, in whatever order: clients end with what
 * the database holds. Each run is a room of its own with one sender, two observers that trust the protocol, and the sender's
 * own subscription.
 */

type RedisWork = (client: Redis) => Promise<unknown>;

/** The system that the plans are played on, and its Redis. */
export interface Ground {
  system: System;
  /** Works on the server that holds a partition. */
  redis: (partition: number, work: RedisWork) => Promise<unknown>;
  /** Works on every server that holds data. */
  everywhere: (work: RedisWork) => Promise<unknown>;
}

type Step =
  | { do: 'send'; count: number }
  | { do: Change; at: number }
  | { do: 'cut' | 'leave' | 'return'; who: number }
  | { do: 'trim' | 'forget list' | 'forget head' | 'flush' | 'cut sender' | 'miss' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 1, max: 70 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom<Change>('edit', 'delete', 'mention', 'react', 'unreact'), at: fc.nat(200) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'leave' as const, 'return' as const), who: fc.nat(1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'trim' as const,
        'forget list' as const,
        'forget head' as const,
        'flush' as const,
        'cut sender' as const,
      ),
    }),
  },
);

/** Plans that random ones seldom hit. */
const KNOWN_HARD: [Step[]][] = [
  // An edit outside the cached fifty, met by a resume from the cache.
  [
    [
      { do: 'send', count: 70 },
      { do: 'leave', who: 0 },
      { do: 'edit', at: 60 },
      { do: 'send', count: 3 },
      { do: 'return', who: 0 },
    ],
  ],
  // A mention that is edited away while nobody looks, and reactions on a message outside the cached fifty.
  [
    [
      { do: 'send', count: 60 },
      { do: 'mention', at: 2 },
      { do: 'react', at: 55 },
      { do: 'leave', who: 1 },
      { do: 'edit', at: 2 },
      { do: 'unreact', at: 55 },
      { do: 'react', at: 56 },
      { do: 'mention', at: 0 },
      { do: 'return', who: 1 },
    ],
  ],
  // Events that one gateway never gets: with a later one that shows the hole, and without.
  [[{ do: 'send', count: 5 }, { do: 'miss' }, { do: 'send', count: 1 }]],
  [[{ do: 'send', count: 5 }, { do: 'miss' }]],
];

/** Plays `runs` plans, the hard ones among them; fails with the first after which some client differs from the database. */
export async function converge(ground: Ground, runs: number): Promise<void> {
  let steps = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 16 }), async (plan) => {
    const options = { random: seeded(runSeed()), senders: 1, observersPerGateway: 1, roomsPerPartition: 1 };
    const load = await Load.prepare(ground.system, options);
    try {
      for (const each of plan) await take(ground, load, each);
      steps += plan.length;
      for (const observer of load.observers) observer.rejoin();
      await load.quiesce();
      const verdict = await check(ground.system, load);
      verdict.differences.push(...(await checkMentionCounts(ground.system, load)));
      expectKept(ground.system, { ...verdict, acked: Math.max(1, steps) });
    } finally {
      await load.close();
    }
  });
  await fc.assert(property, { numRuns: runs, seed: runSeed(), endOnFailure: true, examples: KNOWN_HARD });
  say(`${runs} plans, ${steps} steps`);
}

/** Takes one step in the first room and waits for its answer, but never for its effect on anybody. */
async function take(ground: Ground, load: Load, plan: Step): Promise<unknown> {
  const [sender] = load.senders as [Sender];
  const [roomId] = load.roomIds as [string];
  const partition = partitionOf(roomId, PARTITIONS);
  switch (plan.do) {
    case 'send':
      for (let i = 0; i < plan.count; i++) sender.send(roomId);
      return eventuallyQuiet(sender);
    case 'edit':
    case 'delete':
    case 'mention':
    case 'react':
    case 'unreact':
      sender.change(plan.do, plan.at, load.owner.user?.username);
      return eventuallyQuiet(sender);
    case 'cut':
      return load.observers[plan.who]?.cut();
    case 'leave':
      return load.observers[plan.who]?.drop();
    case 'return':
      return load.observers[plan.who]?.rejoin();
    case 'cut sender':
      sender.brook.disconnect();
      return sender.brook.connect();
    case 'trim':
      return ground.redis(partition, (client) => client.xtrim(keys.events('messages', partition), 'MAXLEN', 0));
    case 'forget list':
      return ground.redis(partition, (client) => client.del(keys.recent(partition, roomId)));
    case 'forget head':
      return ground.redis(partition, (client) =>
        client.del(keys.roomHead(partition, roomId), keys.recentMeta(partition, roomId)),
      );
    case 'miss':
      return miss(ground, sender, roomId, partition);
    case 'flush':
      return ground.everywhere((client) => client.flushall());
    default:
      return plan satisfies never;
  }
}

/** The other gateway sleeps while something happens, and the events are gone when it wakes up. */
async function miss(ground: Ground, sender: Sender, roomId: string, partition: number): Promise<void> {
  const gateway = ground.system.of('gateway')[1] as Replica;
  gateway.pause();
  try {
    sender.send(roomId);
    sender.send(roomId);
    await eventuallyQuiet(sender);
    await ground.redis(partition, (client) => client.xtrim(keys.events('messages', partition), 'MAXLEN', 0));
  } finally {
    gateway.resume();
  }
}

const eventuallyQuiet = (sender: Sender) => eventually(() => sender.pending === 0, { timeout: 30_000 });
