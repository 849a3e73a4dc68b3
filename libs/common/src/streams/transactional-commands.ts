import { type ChangeEntry, type CommandType, keys, partitionOf, type ServiceName, type User } from '../contracts/index.js';
import type { SqlRunner } from '../database/index.js';
import { AppError } from '../errors/index.js';
import type { RedisClient } from '../redis/index.js';
import type { Command } from './command.js';
import type { Finished } from './command-owner.js';
import { type OnceKey, onceKey } from './executed-commands.js';
import { assertHeld, type HeldLease } from './lease.js';
import { type Patch, publish, reply } from './publication.js';

/** A change before it has its number. */
export interface ChangeDraft<Changes, T extends keyof Changes = keyof Changes> {
  type: T;
  key: string;
  data: Changes[T];
}
export type AnyDraft<Changes> = { [T in keyof Changes]: ChangeDraft<Changes, T> }[keyof Changes];

/** What a command did: the answer, the changes it made, and what may be lost. */
export interface CommandResult<Changes> {
  reply: unknown;
  changes?: AnyDraft<Changes>[];
  ephemeral?: { type: string; key: string; data: unknown }[];
}

/** What a handler is given. Decide first, throw AppError to refuse, then write: a refusal after a write is not undone. */
export interface CommandContext<Tx> {
  tx: Tx;
  actor: User;
  /** Room id or user id. */
  key: string;
  partition: number;
  now: Date;
}

export type CommandHandlers<S extends ServiceName, Tx, Changes> = {
  [T in CommandType<S>]: (context: CommandContext<Tx>, data: never) => Promise<CommandResult<Changes>>;
};

export interface Numbered {
  n: number;
  type: string;
  key: string;
  data: unknown;
}

/** A transaction's outcome, ready to be published. */
export interface TransactionOutcome {
  entries: object[];
  patches: Patch[];
}

export interface TransactionalOptions<S extends ServiceName, Tx extends SqlRunner, Changes> {
  service: S;
  partitions: number;
  transaction: <R>(work: (tx: Tx) => Promise<R>) => Promise<R>;
  handlers: CommandHandlers<S, Tx, Changes>;
  /** Commands that a repetition does not hurt: no result is stored for them. */
  repeatable?: ReadonlySet<CommandType<S>>;
  /** A command was met again, and answered as the first time. */
  onDuplicate?: () => void;
  /** The read model's share of a change. */
  project: (partition: number, change: Numbered) => Patch[];
}

interface StoredResult {
  reply: unknown;
  changes: Numbered[];
}

/**
 * Executes commands of the rooms or users service: a batch in one transaction under the lease; each command once, by
 * its idempotency key with the actor; its changes numbered per partition in the same transaction. A command met again
 * after a crash is answered and published as the first time.
 */
export class TransactionalCommands<S extends ServiceName, Tx extends SqlRunner, Changes> {
  readonly #options: TransactionalOptions<S, Tx, Changes>;

  constructor(options: TransactionalOptions<S, Tx, Changes>) {
    this.#options = options;
  }

  /** @throws FencedError, or the database's error; then nothing was written */
  execute(lease: HeldLease, commands: Command<S>[]): Promise<TransactionOutcome> {
    return this.#options.transaction(async (tx) => {
      await assertHeld(tx, lease);
      const outcome: TransactionOutcome = { entries: [], patches: [] };
      for (const command of commands) await this.#one(tx, lease.partition, command, outcome);
      return outcome;
    });
  }

  /** Publishes a batch on the service's own streams. */
  publish(
    redis: RedisClient,
    { partition }: HeldLease,
    { executed, refusals, ids }: Finished<TransactionOutcome>,
  ): Promise<void> {
    const { service } = this.#options;
    return publish(
      redis,
      { events: keys.events(service, partition), commands: keys.commands(service, partition) },
      {
        entries: [...executed.flatMap(({ entries }) => entries), ...refusals],
        patches: executed.flatMap(({ patches }) => patches),
        finished: ids,
      },
    );
  }

  async #one(tx: Tx, partition: number, command: Command<S>, outcome: TransactionOutcome): Promise<void> {
    try {
      const { stored, ephemeral } = await this.#once(tx, partition, command);
      for (const change of stored.changes) {
        outcome.entries.push(changeEntry(change));
        outcome.patches.push(...this.#options.project(partition, change));
      }
      outcome.entries.push(...ephemeral, ...reply(command.replyTo, { ok: stored.reply }));
    } catch (err) {
      if (!(err instanceof AppError)) throw err;
      outcome.entries.push(...reply(command.replyTo, { error: err.toRefusal() }));
    }
  }

  async #once(tx: Tx, partition: number, command: Command<S>): Promise<{ stored: StoredResult; ephemeral: ChangeEntry[] }> {
    const keep = !this.#options.repeatable?.has(command.type);
    const once = onceKey(partition, command);
    const before = keep ? await findResult(tx, once) : undefined;
    if (before === null) throw new AppError('not_found', 'what this request made is gone');
    if (before) {
      this.#options.onDuplicate?.();
      return { stored: before, ephemeral: [] };
    }
    const context: CommandContext<Tx> = { tx, actor: command.actor, key: command.key, partition, now: new Date() };
    const result = await this.#options.handlers[command.type](context, command.data as never);
    const changes = await recordChanges(
      tx,
      this.#options.partitions,
      (result.changes ?? []) as AnyDraft<Record<string, unknown>>[],
    );
    const stored = { reply: result.reply, changes };
    if (keep) await saveResult(tx, once, stored);
    const ephemeral = (result.ephemeral ?? []).map(({ type, key, data }) => ({ type, key, data: JSON.stringify(data) }));
    return { stored, ephemeral };
  }
}

/** The stream entry of a numbered change. */
export const changeEntry = ({ n, type, key, data }: Numbered): ChangeEntry => ({
  type,
  n: String(n),
  key,
  data: JSON.stringify(data),
});

/**
 * Numbers changes densely in their partitions and stores them, in the caller's transaction: tables
 * `change_counters(partition, n)` and `changes(partition, n, type, key, data)`. The counter's row lock makes the order
 * of numbers the order of commits.
 */
export async function recordChanges(
  tx: SqlRunner,
  partitions: number,
  drafts: { type: string | number | symbol; key: string; data: unknown }[],
): Promise<Numbered[]> {
  const numbered: Numbered[] = [];
  for (const { type, key, data } of drafts) {
    const partition = partitionOf(key, partitions);
    const rows = await tx.$queryRawUnsafe<{ n: bigint }[]>(
      `WITH next AS (
         INSERT INTO change_counters (partition, n) VALUES ($1::int, 1)
         ON CONFLICT (partition) DO UPDATE SET n = change_counters.n + 1 RETURNING n)
       INSERT INTO changes (partition, n, type, key, data) SELECT $1::int, n, $2, $3, $4::jsonb FROM next RETURNING n`,
      partition,
      String(type),
      key,
      JSON.stringify(data),
    );
    numbered.push({ n: Number(rows[0]?.n), type: String(type), key, data });
  }
  return numbered;
}

/** Null: it was carried out, and what it made has been purged since. */
async function findResult(tx: SqlRunner, { actorId, key }: OnceKey): Promise<StoredResult | null | undefined> {
  const rows = await tx.$queryRawUnsafe<{ result: StoredResult | null }[]>(
    'SELECT result FROM command_results WHERE actor_id = $1::uuid AND key = $2',
    actorId,
    key,
  );
  return rows[0]?.result;
}

async function saveResult(tx: SqlRunner, { actorId, key }: OnceKey, result: StoredResult): Promise<void> {
  await tx.$executeRawUnsafe(
    'INSERT INTO command_results (actor_id, key, result) VALUES ($1::uuid, $2, $3::jsonb)',
    actorId,
    key,
    JSON.stringify(result),
  );
}
