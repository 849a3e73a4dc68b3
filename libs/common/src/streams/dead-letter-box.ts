import { keys, type ServiceName } from '../contracts/index.js';
import type { RedisClient } from '../redis/index.js';
import { idTime, type RawEntry, toFields, toFlat } from './entries.js';
import { commonScript } from './script.js';

const replayScript = commonScript('replay');
const PAGE = 500;

/** Where a dead letter lies. */
export interface DeadLetterPlace {
  service: ServiceName;
  partition: number;
  /** Id of its entry in the dead-letter stream. */
  id: string;
}

/** A command that was given up on, as `bury` left it. */
export interface DeadLetter extends DeadLetterPlace {
  /** When it was given up on: Redis' clock, milliseconds since 1970. */
  at: number;
  /** Id that the command had on its stream. */
  entry: string;
  error: string;
  /** The command's own fields. */
  fields: Record<string, string>;
}

/** Dead letters of one partition, the oldest first. @throws what Redis answers */
export async function readDeadLetters(client: RedisClient, service: ServiceName, partition: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  let from = '-';
  for (;;) {
    const page = (await client.xrange(keys.deadLetters(service, partition), from, '+', 'COUNT', PAGE)) as RawEntry[];
    letters.push(...page.map((entry) => toDeadLetter(service, partition, entry)));
    const last = page.at(-1);
    if (!last || page.length < PAGE) return letters;
    from = `(${last[0]}`;
  }
}

/** @returns undefined when there is none (any more) */
export async function findDeadLetter(client: RedisClient, place: DeadLetterPlace): Promise<DeadLetter | undefined> {
  const { service, partition, id } = place;
  const [entry] = (await client.xrange(keys.deadLetters(service, partition), id, id)) as RawEntry[];
  return entry && toDeadLetter(service, partition, entry);
}

/**
 * Puts the command on its stream again, atomically with its removal here. Nobody waits for its answer any more. Without an
 * idempotency key of its own it gets the one under which its first entry would have been executed, so that a letter
 * that was replayed twice is executed once.
 * @returns the id of the new entry; undefined when the letter is gone
 */
export async function replayDeadLetter(client: RedisClient, letter: DeadLetter): Promise<string | undefined> {
  const { service, partition, id, entry } = letter;
  const { gateway: _gateway, ref: _ref, ...command } = letter.fields;
  const fields = { ...command, idem: command['idem'] ?? `entry:${partition}:${entry}` };
  const streams = [keys.deadLetters(service, partition), keys.commands(service, partition)];
  const answer = await replayScript.run(client, streams, [id, ...toFlat(fields)]);
  return answer === null ? undefined : String(answer);
}

/** Removes a dead letter for good. @returns false when it is gone already */
export async function dropDeadLetter(client: RedisClient, { service, partition, id }: DeadLetterPlace): Promise<boolean> {
  return (await client.xdel(keys.deadLetters(service, partition), id)) === 1;
}

function toDeadLetter(service: ServiceName, partition: number, [id, flat]: RawEntry): DeadLetter {
  const { entry = '', error = '', fields = '[]' } = toFields(flat);
  return { service, partition, id, at: idTime(id), entry, error, fields: toFields(JSON.parse(fields) as string[]) };
}
