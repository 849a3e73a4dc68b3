import {
  type AnyChange,
  type ChangeEntry,
  type CommandData,
  type CommandRefusal,
  type CommandType,
  keys,
  type Membership,
  partitionOf,
  type ReplyEntry,
  type Room,
  type RoomsChanges,
  type User,
} from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { InternalClient } from '@brook/common/http';
import { Lifecycle } from '@brook/common/lifecycle';
import { createLogger } from '@brook/common/logging';
import { closeRedis, connectRedis, type RedisClient } from '@brook/common/redis';
import { CommandProducer, type RawEntry, StreamTail, toFields } from '@brook/common/streams';
import { eventually, freshDatabase, freshRedis } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import type { RoomsEnv } from '../src/config.js';
import { createPrisma } from '../src/repositories/prisma.js';
import { startRooms } from '../src/service.js';
import { Neighbours } from './neighbours.js';

export const PARTITIONS = 2;
const INTERNAL_KEY = 'a-key-for-tests-only';

/** Answers of commands with a reply of their own shape. */
export interface Replies {
  room: Room;
  membership: Membership;
  lastReadSeq: number;
  unread: number;
}
export interface SendOptions {
  /** null: none, as of a client that sends no key. */
  idem?: string | null;
  key?: string;
}
type Waiting = { resolve: (body: unknown) => void; reject: (err: unknown) => void };

/** A rooms service on a database and a logical Redis of its own, and a gateway's end of its streams. */
export class Harness {
  readonly logger = createLogger({ service: 'test', level: process.env['LOG_LEVEL'] ?? 'silent' });
  readonly events: (ChangeEntry & { partition: number })[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #closers: (() => Promise<void> | void)[] = [];
  redis!: RedisClient;
  neighbours!: Neighbours;
  prisma!: ReturnType<typeof createPrisma>;
  #env!: RoomsEnv;
  #producer!: CommandProducer;
  /** The service's internal HTTP. */
  http!: InternalClient;

  static async start({ redisUrl }: { redisUrl?: string } = {}): Promise<Harness> {
    const harness = new Harness();
    const database = await freshDatabase();
    harness.#closers.push(() => database.drop());
    const REDIS_URL = redisUrl ?? (await freshRedis());
    const connect = (role: Parameters<typeof connectRedis>[1]) => connectRedis({ REDIS_URL }, role, harness.logger);
    harness.redis = connect('commands');
    const producer = connect('producer');
    harness.#closers.push(
      () => closeRedis(harness.redis),
      () => closeRedis(producer),
    );
    await harness.redis.ping();
    await eventually(() => producer.status === 'ready');
    harness.#producer = new CommandProducer(producer, { partitions: PARTITIONS, backlogLimit: 10_000 });
    harness.neighbours = new Neighbours(harness.redis, PARTITIONS);
    const url = await harness.neighbours.listen();
    harness.#closers.push(() => harness.neighbours.close());
    harness.#env = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      REDIS_URL,
      INTERNAL_KEY,
      INTERNAL_HOST: '127.0.0.1',
      INTERNAL_PORT: 0,
      DATABASE_URL: database.url,
      PARTITIONS,
      DATABASE_POOL: 6,
      MESSAGES_URL: url,
      USERS_URL: url,
    };
    for (let partition = 0; partition < PARTITIONS; partition++) await harness.#tail(partition, connect);
    await harness.restart();
    harness.#closers.push(() => harness.stopService());
    harness.prisma = createPrisma(database.url, 2);
    harness.#closers.push(() => harness.prisma.$disconnect());
    return harness;
  }

  #stopService: () => Promise<void> = () => Promise.resolve();

  /** Stops the service in order; the harness and its neighbours go on. */
  stopService(): Promise<void> {
    return this.#stopService();
  }

  /** Stops the service and starts another one in its place. */
  async restart(): Promise<void> {
    await this.#stopService();
    const next = await this.startService();
    this.#stopService = next.stop;
    this.http = next.http;
  }

  /** Starts one more replica. */
  async startService(): Promise<{ stop: () => Promise<void>; http: InternalClient; port: number }> {
    const lifecycle = new Lifecycle(this.logger, (cause) => this.logger.error({ cause }, 'aborted'));
    const { port } = await startRooms(this.#env, this.logger, lifecycle);
    return { stop: () => lifecycle.stop(), http: new InternalClient(`http://127.0.0.1:${port}`, INTERNAL_KEY), port };
  }

  async stop(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }

  /** Sends a command and waits for its answer. @throws AppError the refusal */
  async send<T extends CommandType<'rooms'>>(
    type: T,
    roomId: string,
    actor: User,
    data: CommandData<'rooms', T>,
    { idem = uuidv7(), key = roomId }: SendOptions = {},
  ): Promise<Replies> {
    const ref = uuidv7();
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
    await this.#producer.send('rooms', {
      type,
      key,
      actor: JSON.stringify(actor),
      data: JSON.stringify(data),
      ...(idem === null ? {} : { idem }),
      gateway: 'test',
      ref,
    });
    return (await answer) as Replies;
  }

  /** The code with which a command is refused. */
  async refusal(answer: Promise<unknown>): Promise<string> {
    return answer.then(
      () => 'accepted',
      (err: unknown) => (err instanceof AppError ? err.code : String(err)),
    );
  }

  async createRoom(owner: User, over: Partial<CommandData<'rooms', 'room.create'>> = {}): Promise<Room> {
    const data = { name: 'A room', topic: '', visibility: 'public', kind: 'group', ...over } as const;
    return (await this.send('room.create', uuidv7(), owner, data)).room;
  }

  join(room: { id: string }, user: User, lastSeq = 0): Promise<Replies> {
    return this.send('member.join', room.id, user, { lastSeq });
  }

  put(room: { id: string }, actor: User, target: User, role?: Membership['role']): Promise<Replies> {
    const data = { target, lastSeq: 0, ...(role === undefined ? {} : { role }) };
    return this.send('member.put', room.id, actor, data);
  }

  /** Changes of a room as the stream told them, in order. */
  changesOf(roomId: string): AnyChange<RoomsChanges>[] {
    return this.events.flatMap(({ type, n, key, data }) =>
      key === roomId && n !== undefined
        ? [{ type, n: Number(n), key, data: JSON.parse(data) as unknown } as unknown as AnyChange<RoomsChanges>]
        : [],
    );
  }

  /** The room's hash in the read model; null when absent. */
  async info(roomId: string): Promise<{ n: number; room: Room; members: Record<string, Membership>; bans: string[] } | null> {
    const hash = await this.redis.hgetall(keys.roomInfo(partitionOf(roomId, PARTITIONS), roomId));
    if (hash['n'] === undefined) return null;
    const fields = Object.entries(hash);
    const of = (prefix: string) => fields.filter(([name]) => name.startsWith(prefix));
    return {
      n: Number(hash['n']),
      room: JSON.parse(hash['room'] ?? 'null') as Room,
      members: Object.fromEntries(of('m:').map(([name, json]) => [name.slice(2), JSON.parse(json) as Membership])),
      bans: of('b:').map(([name]) => name.slice(2)),
    };
  }

  async #tail(partition: number, connect: (role: 'blocking') => RedisClient): Promise<void> {
    const key = keys.events('rooms', partition);
    const onEntries = (entries: RawEntry[]) => entries.forEach((entry) => this.#onEntry(partition, entry));
    const tail = new StreamTail({
      streams: [{ key, onEntries }],
      connect: () => connect('blocking'),
      onGap: () => undefined,
      logger: this.logger,
    });
    await tail.start();
    this.#closers.push(() => tail.stop());
  }

  #onEntry(partition: number, [, flat]: RawEntry): void {
    const fields = toFields(flat);
    if (fields['type'] !== 'reply') {
      this.events.push({ ...(fields as unknown as ChangeEntry), partition });
      return;
    }
    const { ref, status, body } = fields as unknown as ReplyEntry;
    const waiting = this.#waiting.get(ref);
    this.#waiting.delete(ref);
    if (status === 'ok') waiting?.resolve(JSON.parse(body));
    else waiting?.reject(new AppError((JSON.parse(body) as CommandRefusal).code, (JSON.parse(body) as CommandRefusal).detail));
  }
}

let people = 0;

/** Somebody new. */
export function newUser(over: Partial<User> = {}): User {
  const username = `user${++people}`;
  return {
    id: uuidv7(),
    username,
    displayName: `User ${people}`,
    avatarUrl: null,
    kind: 'member',
    role: 'user',
    createdAt: new Date().toISOString(),
    ...over,
  };
}
