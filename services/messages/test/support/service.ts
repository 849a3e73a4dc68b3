import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readRecent } from '@brook/common/cache';
import {
  type CommandData,
  type CommandType,
  keys,
  type Message,
  partitionOf,
  type ReplyEntry,
  type ResumeAnswer,
  type User,
} from '@brook/common/contracts';
import { applyMigrations, claimMeta } from '@brook/common/database';
import { InternalClient, listen } from '@brook/common/http';
import { createLogger } from '@brook/common/logging';
import { Registry } from '@brook/common/metrics';
import { closeRedis, connectRedis, RedisGeneration } from '@brook/common/redis';
import { CommandProducer, type RawEntry, StreamTail, toFields } from '@brook/common/streams';
import { freshDatabase, freshRedis } from '@brook/common/testing';
import { createApp } from '../../src/app.js';
import { RecentWarmer } from '../../src/cache/recent-warmer.js';
import { messagesOwner } from '../../src/consumers/commands.js';
import { SearchIndexer } from '../../src/consumers/search-indexer.js';
import { openDatabase } from '../../src/repositories/prisma.js';

const INTERNAL_KEY = 'a key for tests only';
const PARTITIONS = 2;
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const logger = createLogger({ service: 'messages', level: 'silent' });

/** What came back for a command: the event that answers it, or a reply. */
export type Answer = { message: Message; duplicate: boolean; type: string } | { error: { code: string } };

/** Somebody who sends. */
export const person = (name = 'ada'): User => ({
  id: randomUUID(),
  username: name,
  displayName: name,
  avatarUrl: null,
  kind: 'member',
  role: 'user',
  createdAt: new Date().toISOString(),
});

/** The messages service on a database and a Redis of its own, driven through its streams as a gateway does. */
export async function startMessages() {
  const database = await freshDatabase();
  const redisConfig = { REDIS_URL: await freshRedis() };
  await applyMigrations(database.url, 'messages', migrations, logger);
  const { prisma, pool } = openDatabase(database.url, 10);
  const { partitions, era } = await claimMeta(prisma, PARTITIONS);
  const redis = connectRedis(redisConfig, 'commands', logger);
  const generation = new RedisGeneration(redis, logger, era);
  const warmer = new RecentWarmer({ prisma, redis, generation, partitions, logger });
  const app = createApp({
    prisma,
    warmer,
    meta: { service: 'messages', partitions, era },
    internalKey: INTERNAL_KEY,
    checks: [],
    metrics: new Registry(),
    logger,
  });
  const http = await listen(app, { host: '127.0.0.1', port: 0 });
  const client = new InternalClient(`http://127.0.0.1:${http.port}`, INTERNAL_KEY);
  // Every room of these tests is public.
  const indexer = new SearchIndexer({ prisma, partitions, isPublic: () => Promise.resolve(true), logger });
  const newOwner = (replica: string = randomUUID()) =>
    messagesOwner({
      prisma,
      pool,
      redis,
      redisConfig,
      generation,
      replica,
      partitions,
      // Nobody but the tests writes this projection.
      catchUp: () => Promise.resolve(),
      indexer,
      logger,
      metrics: new Registry(),
    });
  const gateway = await startProbe(redisConfig, partitions);

  return {
    prisma,
    pool,
    redis,
    generation,
    partitions,
    client,
    newOwner,
    gateway,
    /** The room's recent cache as a gateway reads it. */
    recent: async (roomId: string, options: { since?: number; atLeastRev?: number } = {}) =>
      readRecent(redis, partitionOf(roomId, partitions), roomId, await generation.current(), options),
    changes: (roomId: string, since: number) => client.request<ResumeAnswer>(`/rooms/${roomId}/changes`, { query: { since } }),
    stop: async () => {
      await gateway.stop();
      await indexer.close();
      await http.close(0);
      closeRedis(redis);
      await prisma.$disconnect();
      await database.drop();
    },
  };
}

export type RunningMessages = Awaited<ReturnType<typeof startMessages>>;

/** Puts commands on the streams and sees what comes back. */
async function startProbe(redisConfig: { REDIS_URL: string }, partitions: number) {
  const id = randomUUID();
  const redis = connectRedis(redisConfig, 'producer', logger);
  await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  const producer = new CommandProducer(redis, { partitions, backlogLimit: 100_000 });
  const waiting = new Map<string, (answer: Answer) => void>();
  const seen: Record<string, string>[] = [];
  const onEntries = (entries: RawEntry[]) => {
    for (const [, flat] of entries) {
      const entry = toFields(flat);
      seen.push(entry);
      if (entry['gateway'] === id && entry['ref']) waiting.get(entry['ref'])?.(toAnswer(entry));
    }
  };
  const tails = Array.from({ length: partitions }, (_, partition) => {
    const streams = [{ key: keys.events('messages', partition), onEntries }];
    return new StreamTail({
      streams,
      connect: () => connectRedis(redisConfig, 'blocking', logger),
      onGap: () => undefined,
      logger,
    });
  });
  for (const tail of tails) await tail.start();

  const command = <T extends CommandType<'messages'>>(
    type: T,
    roomId: string,
    actor: User,
    data: CommandData<'messages', T>,
    idem?: string,
  ): Promise<Answer> => {
    const ref = randomUUID();
    const answer = new Promise<Answer>((resolve) => waiting.set(ref, resolve));
    const entry = { type, key: roomId, actor: JSON.stringify(actor), data: JSON.stringify(data), gateway: id, ref };
    return producer.send('messages', { ...entry, ...(idem ? { idem } : {}) }).then(() => answer);
  };
  return {
    /** Every event entry so far. */
    seen,
    command,
    send: (roomId: string, actor: User, text: string, clientId: string = randomUUID()) =>
      command('message.send', roomId, actor, { clientId, text, replyTo: null }),
    stop: async () => {
      await Promise.all(tails.map((tail) => tail.stop()));
      closeRedis(redis);
    },
  };
}

function toAnswer(entry: Record<string, string>): Answer {
  if (entry['type'] !== 'reply')
    return {
      message: JSON.parse(entry['message'] ?? '') as Message,
      duplicate: entry['duplicate'] === '1',
      type: entry['type'] ?? '',
    };
  const { status, body } = entry as unknown as ReplyEntry;
  if (status === 'ok') throw new Error(`unexpected reply ${body}`);
  return { error: JSON.parse(body) as { code: string } };
}

/** The message of an answer. @throws when it was refused */
export function stored(answer: Answer): Message {
  if ('error' in answer) throw new Error(`refused: ${answer.error.code}`);
  return answer.message;
}
