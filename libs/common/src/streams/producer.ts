import { type CommandEntry, keys, partitionOf, type ServiceName } from '../contracts/index.js';
import { AppError } from '../errors/index.js';
import type { RedisClient } from '../redis/index.js';
import { toFlat } from './entries.js';
import { fitsRecord, toPack, toRecord } from './pack.js';

/** Told once: the id of the entry that holds the command, or why there may be none. */
export type Enqueued = (err: AppError | undefined, id: string) => void;

interface Waiting {
  entry: CommandEntry;
  done: Enqueued;
}

interface Queue {
  key: string;
  waiting: Waiting[];
  flying: boolean;
  /** Unfinished commands as Redis said last, and those added since. */
  backlog: number;
  /** Commands of an entry, an average of the last flights: Redis tells the number of entries only. */
  perEntry: number;
  /** When Redis was asked last, on the clock of `performance.now()`. */
  askedAt: number;
}

/** Most commands of one pipeline. */
const PIPELINE_MAX = 500;
/** What one flight counts in the average: other gateways' entries are not like the one that was just made. */
const FLIGHT_WEIGHT = 0.1;
/** Limits of one entry: its owner executes all its commands in one transaction. Characters bound the commands up to the last. */
const PACK_COUNT = 32;
const PACK_CHARACTERS = 32_768;
/** Below half of the limit the length of the stream is asked for no more often than this. */
const ASK_MS = 50;
/** Keys whose partition is remembered. */
const PLACES_MAX = 10_000;

/**
 * Puts commands on their partition's stream, in the order of the calls: one queue per stream, one pipeline in flight,
 * whatever gathers meanwhile goes with the next, several to an entry (docs/decisions/0031). A failed XADD is never resent here, since it may have been done:
 * the caller decides, with the same idempotency key.
 */
export class CommandProducer {
  readonly #client: RedisClient;
  readonly #partitions: number;
  readonly #backlogLimit: number;
  /** By service and partition. */
  readonly #queues = new Map<ServiceName, Queue[]>();
  readonly #partitionOf = new Map<string, number>();

  /** `client` must be of role `producer`. `backlogLimit`: unfinished commands of a partition past which new ones are refused. */
  constructor(client: RedisClient, options: { partitions: number; backlogLimit: number }) {
    this.#client = client;
    this.#partitions = options.partitions;
    this.#backlogLimit = options.backlogLimit;
  }

  /**
   * Puts a command on its stream behind those that were given before. `done` is told when Redis has it, which is not yet
   * its execution, or an error: `overloaded` when too much waits on the partition (told before this returns), `unavailable`
   * when Redis did not answer (the command may or may not be on the stream).
   */
  enqueue(service: ServiceName, entry: CommandEntry, done: Enqueued): void {
    const queue = this.#queue(service, this.#partition(entry.key));
    if (queue.backlog + queue.waiting.length > this.#backlogLimit) {
      done(new AppError('overloaded', undefined, { retryAfterMs: this.#askAgain(queue) }), '');
      return;
    }
    queue.waiting.push({ entry, done });
    if (!queue.flying) this.#take(queue);
  }

  /** As `enqueue`. Resolves with the id of the entry that holds the command. @throws AppError as `enqueue` tells */
  send(service: ServiceName, entry: CommandEntry): Promise<string> {
    return new Promise((resolve, reject) => {
      this.enqueue(service, entry, (err, id) => {
        if (err) reject(err);
        else resolve(id);
      });
    });
  }

  #queue(service: ServiceName, partition: number): Queue {
    let queues = this.#queues.get(service);
    if (!queues) this.#queues.set(service, (queues = []));
    return (queues[partition] ??= {
      key: keys.commands(service, partition),
      waiting: [],
      flying: false,
      backlog: 0,
      perEntry: 1,
      askedAt: Number.NEGATIVE_INFINITY,
    });
  }

  /** Remembered, for it looks at each letter of the key. */
  #partition(key: string): number {
    let partition = this.#partitionOf.get(key);
    if (partition === undefined) {
      if (this.#partitionOf.size >= PLACES_MAX) this.#partitionOf.clear();
      this.#partitionOf.set(key, (partition = partitionOf(key, this.#partitions)));
    }
    return partition;
  }

  /** With nothing in flight nobody would notice that the backlog has gone: look. Answers with a fitting wait in ms. */
  #askAgain(queue: Queue): number {
    if (!queue.flying) this.#take(queue);
    return 1_000;
  }

  #take(queue: Queue): void {
    queue.flying = true;
    // The end of this tick: everything the tick brings shares the pipeline.
    setImmediate(() => void this.#flyAll(queue));
  }

  /** A loop and no recursion: under a load that never pauses, a chain of pending calls would grow for ever. */
  async #flyAll(queue: Queue): Promise<void> {
    do await this.#fly(queue);
    while (queue.waiting.length > 0);
    queue.flying = false;
  }

  /** Whether a flight of so many commands looks at the backlog, too. */
  #asks(queue: Queue, commands: number): boolean {
    const now = performance.now();
    const due = commands === 0 || queue.backlog + commands > this.#backlogLimit / 2 || now - queue.askedAt >= ASK_MS;
    if (due) queue.askedAt = now;
    return due;
  }

  async #fly(queue: Queue): Promise<void> {
    const batch = queue.waiting.splice(0, PIPELINE_MAX);
    const entries = inEntries(batch);
    const pipeline = this.#client.pipeline();
    for (const { flat } of entries) pipeline.xadd(queue.key, '*', ...flat);
    if (entries.length > 0) queue.perEntry += (batch.length / entries.length - queue.perEntry) * FLIGHT_WEIGHT;
    const asks = this.#asks(queue, batch.length);
    if (asks) pipeline.xlen(queue.key);
    let results: [error: Error | null, result: unknown][] = [];
    let failure: unknown;
    try {
      results = (await pipeline.exec()) ?? [];
    } catch (err) {
      failure = err;
    }
    entries.forEach(({ commands }, i) => {
      const [err, id] = results[i] ?? [failure ?? new Error('no answer'), undefined];
      failure ??= err ?? undefined;
      const refusal = err ? unavailable(err) : undefined;
      for (const { done } of commands) done(refusal, String(id));
    });
    // Whoever gathered behind a failed command is refused too: its caller could not have held it back in time.
    if (failure !== undefined) for (const { done } of queue.waiting.splice(0)) done(unavailable(failure), '');
    const length = asks ? results[entries.length]?.[1] : undefined;
    queue.backlog = typeof length === 'number' ? length * queue.perEntry : queue.backlog + batch.length;
  }
}

/** Commands, in order, as the entries that will hold them. */
function inEntries(batch: Waiting[]): { flat: string[]; commands: Waiting[] }[] {
  const entries: { flat: string[]; commands: Waiting[] }[] = [];
  for (let from = 0; from < batch.length; ) {
    const records: string[] = [];
    let characters = 0;
    while (from + records.length < batch.length && records.length < PACK_COUNT && characters < PACK_CHARACTERS) {
      const { entry } = batch[from + records.length] as Waiting;
      if (!fitsPack(entry)) break;
      const record = toRecord(entry);
      characters += record.length;
      records.push(record);
    }
    // One that does not fit into a pack goes by itself; one alone is cheaper in a pack, too: its reader gets 4 strings, not 18.
    const commands = batch.slice(from, from + Math.max(1, records.length));
    entries.push({ flat: records.length > 0 ? toPack(records) : toFlat((commands[0] as Waiting).entry), commands });
    from += commands.length;
  }
  return entries;
}

/** These two hold what a client chose; all other fields are JSON, ids and words of ours. */
const fitsPack = ({ idem, trace }: CommandEntry): boolean => fitsRecord(idem ?? '') && fitsRecord(trace ?? '');

const unavailable = (cause: unknown) =>
  new AppError('unavailable', 'the message queue did not answer', { cause, retryAfterMs: 1_000 });
