import { COMMAND_MAX_AGE_MS, keys, type ReplyEntry, type ServiceName } from '../contracts/index.js';
import type { SqlRunner } from '../database/index.js';
import { AppError } from '../errors/index.js';
import type { Logger } from '../logging/index.js';
import type { Backlog, OwnerMetrics } from '../metrics/index.js';
import type { RedisClient, RedisRole } from '../redis/index.js';
import { startSpan, startSpans, type TraceSpan } from '../tracing/index.js';
import { readBacklog } from './backlog.js';
import { type Command, parseCommand, replyAddress } from './command.js';
import { AttemptCounter, bury, MAX_ATTEMPTS } from './dead-letters.js';
import { idTime, type RawEntry, toFields } from './entries.js';
import { findExecuted } from './executed-commands.js';
import { FencedError, type HeldLease, LeaseStore } from './lease.js';
import { LeaseKeeper, type PartitionWork } from './lease-keeper.js';
import { unpack } from './pack.js';
import { type Committed, PartitionLoop } from './partition-loop.js';
import { reply } from './publication.js';
import { RedisClock } from './redis-clock.js';
import { isFenced, isPoison } from './sql-error.js';

/** What is left to publish of a batch. */
export interface Finished<E> {
  /** Results of `execute`, in order; several when a batch had to be split. */
  executed: E[];
  /** Answers to commands that were not executed: expired or given up on. */
  refusals: ReplyEntry[];
  /** Ids of the entries that hold the finished commands. */
  ids: string[];
}

export interface CommandOwnerOptions<S extends ServiceName, E> {
  service: S;
  /** Unique per process start. */
  replica: string;
  partitions: number;
  /** On the service's own schema, with the tables `leases`, `replicas`, `attempts` and `command_results`. */
  sql: SqlRunner;
  connect: (role: RedisRole) => RedisClient;
  /** Executes commands in order, in one transaction that checks the lease. @throws FencedError or the database's error */
  execute: (lease: HeldLease, commands: Command<S>[]) => Promise<E>;
  /** Makes a batch visible, atomically. */
  publish: (redis: RedisClient, lease: HeldLease, finished: Finished<E>) => Promise<void>;
  /** Other work of a partition's owner: begins with the lease and ends before it is released. */
  companion?: PartitionWork;
  /** Commands that are never too old to execute. */
  ageless?: ReadonlySet<string>;
  logger: Logger;
  metrics: OwnerMetrics;
}

/**
 * Executes a service's commands: holds leases on its share of the partitions and runs one `PartitionLoop` for each.
 * A command that keeps failing by itself is found by splitting its batch and, after five attempts, moved to the
 * dead-letter stream, so that a partition never stops.
 */
export class CommandOwner<S extends ServiceName, E> {
  readonly #options: CommandOwnerOptions<S, E>;
  readonly #redis: RedisClient;
  readonly #clock: RedisClock;
  readonly #attempts: AttemptCounter;
  readonly #keeper: LeaseKeeper;
  readonly #loops = new Map<number, PartitionLoop>();

  constructor(options: CommandOwnerOptions<S, E>) {
    this.#options = options;
    this.#redis = options.connect('producer');
    this.#clock = new RedisClock(this.#redis);
    this.#attempts = new AttemptCounter(options.sql);
    this.#keeper = new LeaseKeeper({
      store: new LeaseStore(options.sql),
      owner: options.replica,
      partitions: options.partitions,
      logger: options.logger,
      onChange: (change) => options.metrics.leaseChanges.inc({ change }),
      work: { start: (lease) => this.#start(lease), stop: (partition) => this.#stop(partition) },
    });
    options.metrics.watch(
      options.partitions,
      () => this.held.keys(),
      (partition) => this.#backlog(partition),
    );
  }

  start(): Promise<void> {
    return this.#keeper.start();
  }

  /** Finishes the batches in hand and releases every partition. */
  async stop(): Promise<void> {
    await this.#keeper.stop();
    this.#redis.disconnect();
  }

  /** @throws when the owner cannot work, for readiness */
  check(): void {
    this.#keeper.check();
  }

  /** Partitions held now. */
  get held(): ReadonlyMap<number, HeldLease> {
    return this.#keeper.held;
  }

  #start(lease: HeldLease): void {
    const { service, connect, logger } = this.#options;
    const loop = new PartitionLoop({
      lease,
      stream: keys.commands(service, lease.partition),
      connect: () => connect('blocking'),
      commit: (held, batch) => this.#commit(held, batch),
      onFenced: (held) => this.#keeper.lost(held),
      onError: (err, stage) => logger.warn({ err, stage, partition: lease.partition }, 'a batch failed and will be read again'),
    });
    this.#loops.set(lease.partition, loop);
    this.#options.companion?.start(lease);
  }

  async #stop(partition: number): Promise<void> {
    const loop = this.#loops.get(partition);
    this.#loops.delete(partition);
    // Both begin to stop at once: after a lost lease the next start may come before this one's end.
    await Promise.all([loop?.stop(), this.#options.companion?.stop(partition)]);
  }

  async #commit(lease: HeldLease, batch: RawEntry[]): Promise<Committed> {
    const { service } = this.#options;
    const begun = performance.now();
    const work: Work<E> = { executed: [], refusals: [], ids: batch.map(([id]) => id), dead: [] };
    const entries = batch.flatMap(unpack);
    const commands = await this.#admit(lease, entries, work);
    const spans = beginTraces(service, commands);
    try {
      if (commands.length > 0) await this.#execute(lease, commands, work);
    } catch (err) {
      for (const span of spans) span.end(err);
      throw err;
    }
    return {
      publish: async () => {
        const published = startSpans('publish', spans);
        await this.#publish(lease, work);
        published();
        for (const span of spans) span.end();
        this.#finished(lease.partition, entries.length, begun);
      },
    };
  }

  #finished(partition: number, size: number, begun: number): void {
    const { commands, batchSize, batchSeconds } = this.#options.metrics;
    commands.inc({ partition }, size);
    batchSize.observe(size);
    batchSeconds.observe((performance.now() - begun) / 1_000);
  }

  async #backlog(partition: number): Promise<Backlog | undefined> {
    const { service, logger } = this.#options;
    try {
      return await readBacklog(this.#redis, this.#clock, service, partition);
    } catch (err) {
      logger.debug({ err, partition }, 'the backlog could not be read');
      return undefined;
    }
  }

  /** Buries only what leaves its stream now: a batch that fails is read again, and would be buried again with it. */
  async #publish(lease: HeldLease, { dead, ...finished }: Work<E>): Promise<void> {
    const { service, logger, metrics } = this.#options;
    for (const { entry, err } of dead) {
      const { key, trace } = toFields(entry[1]);
      logger.error({ err, partition: lease.partition, entry: entry[0], key, trace }, 'a command was moved to the dead letters');
      await bury(this.#redis, service, lease.partition, entry, String(err));
      metrics.deadLetters.inc({ partition: lease.partition });
    }
    await this.#options.publish(this.#redis, lease, finished);
    for (const { entry } of dead) await this.#attempts.forget(lease.partition, entry[0]);
  }

  /**
   * Sorts out what cannot be a command and what has waited too long. What was executed already is never too old: a
   * predecessor may have died before it published it.
   */
  async #admit(lease: HeldLease, entries: RawEntry[], work: Work<E>): Promise<[RawEntry, Command<S>][]> {
    const now = await this.#clock.now();
    const { service, ageless, sql } = this.#options;
    const parsed: [RawEntry, Command<S>][] = [];
    for (const entry of entries) {
      try {
        parsed.push([entry, parseCommand(service, entry)]);
      } catch (err) {
        giveUp(work, entry, err);
      }
    }
    const late = parsed
      .map(([, command]) => command)
      .filter(({ id, type }) => !ageless?.has(type) && now - idTime(id) > COMMAND_MAX_AGE_MS);
    const executed = await findExecuted(sql, lease.partition, late);
    const expired = new Set(late.filter(({ id }) => !executed.has(id)));
    for (const { replyTo } of expired) work.refusals.push(...reply(replyTo, { error: new AppError('timeout').toRefusal() }));
    return parsed.filter(([, command]) => !expired.has(command));
  }

  async #execute(lease: HeldLease, commands: [RawEntry, Command<S>][], work: Work<E>): Promise<void> {
    try {
      work.executed.push(await this.#attempt(lease, commands));
      return;
    } catch (err) {
      if (!isPoison(err)) throw err;
      this.#options.logger.warn(
        { err, partition: lease.partition, size: commands.length },
        'a batch was refused: looking for the command',
      );
    }
    for (const command of commands) await this.#executeOne(lease, command, work);
  }

  async #executeOne(lease: HeldLease, command: [RawEntry, Command<S>], work: Work<E>): Promise<void> {
    try {
      work.executed.push(await this.#attempt(lease, [command]));
    } catch (err) {
      if (!isPoison(err)) throw err;
      const attempts = await this.#attempts.count(lease.partition, command[1].id, String(err));
      if (attempts < MAX_ATTEMPTS) throw err;
      giveUp(work, command[0], err);
    }
  }

  async #attempt(lease: HeldLease, commands: [RawEntry, Command<S>][]): Promise<E> {
    const batch = commands.map(([, command]) => command);
    const ended = startSpans('postgres', batch, { 'db.system': 'postgresql', 'brook.batch': batch.length });
    try {
      const executed = await this.#options.execute(lease, batch);
      ended();
      return executed;
    } catch (err) {
      ended(err);
      throw isFenced(err) ? new FencedError(lease) : err;
    }
  }
}

/** Spans of the commands that are traced; what is done for a command from now on is part of its span. */
function beginTraces(
  service: ServiceName,
  commands: [RawEntry, Pick<Command, 'key' | 'traceparent'> & { type: string }][],
): TraceSpan[] {
  const spans: TraceSpan[] = [];
  for (const [, command] of commands) {
    if (command.traceparent === undefined) continue;
    const { type, key, traceparent: parent } = command;
    const span = startSpan(`execute ${type}`, {
      parent,
      kind: 'consumer',
      attributes: { 'brook.service': service, 'brook.key': key },
    });
    if (!span) continue;
    command.traceparent = span.traceparent;
    spans.push(span);
  }
  return spans;
}

/** A batch on its way: what is finished, and which commands are given up on. */
interface Work<E> extends Finished<E> {
  dead: { entry: RawEntry; err: unknown }[];
}

function giveUp<E>(work: Work<E>, entry: RawEntry, err: unknown): void {
  work.dead.push({ entry, err });
  const refusal = new AppError('internal', 'the command could not be executed').toRefusal();
  work.refusals.push(...reply(replyAddress(toFields(entry[1])), { error: refusal }));
}
