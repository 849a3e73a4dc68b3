import {
  actor as actorSchema,
  COMMANDS,
  type CommandType,
  plainSendData,
  type ServiceName,
  type User,
} from '../contracts/index.js';
import { parse } from '../errors/index.js';
import { type Fields, type RawEntry, toFields } from './entries.js';
import { OwnStrings, ownCopy } from './own-strings.js';
import type { z } from 'zod';

/** A command as its owner executes it. */
export interface Command<S extends ServiceName = ServiceName> {
  /** Stream entry id. */
  id: string;
  type: CommandType<S>;
  /** Room id or user id. */
  key: string;
  /** The same object for many commands: not to be changed. */
  actor: User;
  data: unknown;
  idem: string | undefined;
  /** Whom to answer; undefined when nobody waits. */
  replyTo: { gateway: string; ref: string } | undefined;
  trace: string | undefined;
  /** The span it is part of; the owner's own once it is being executed. */
  traceparent?: string | undefined;
}

/** Where the answer to an entry goes, also for one that cannot be parsed. */
export function replyAddress(fields: Fields): Command['replyTo'] {
  const { gateway, ref } = fields;
  return gateway !== undefined && ref !== undefined ? { gateway, ref } : undefined;
}

/** Persons by the JSON that gateways send of them; it is the same with each of their commands. */
const actors = new Map<string, { json: string; person: User }>();
const ACTORS_MAX = 2_000;
/** Enough for the id, which comes first: the whole is then compared, for that costs less than hashing it. */
const ACTOR_PREFIX = 48;

function readActor(json: string): User {
  const prefix = json.slice(0, ACTOR_PREFIX);
  const known = actors.get(prefix);
  if (known?.json === json) return known.person;
  const person = Object.freeze(parse(actorSchema, JSON.parse(json)));
  if (actors.size >= ACTORS_MAX) actors.clear();
  actors.set(ownCopy(prefix), { json: ownCopy(json), person });
  return person;
}

const ids = new OwnStrings(5_000);

/**
 * Reads a command off its stream.
 * @throws AppError `validation_failed` when the entry is not a command of this service; it will never be one
 */
export function parseCommand<S extends ServiceName>(service: S, [id, flat]: RawEntry): Command<S> {
  const fields = toFields(flat);
  const schema = (COMMANDS[service] as Record<string, z.ZodType>)[fields['type'] ?? ''];
  if (!schema) throw new TypeError(`unknown command type ${fields['type']}`);
  if (!fields['key']) throw new TypeError('a command without a key');
  const data: unknown = JSON.parse(fields['data'] ?? 'null');
  return {
    id,
    type: fields['type'] as CommandType<S>,
    key: ids.of(fields['key']),
    actor: readActor(fields['actor'] ?? 'null'),
    data: (fields['type'] === 'message.send' ? plainSendData(data) : undefined) ?? parse(schema, data),
    idem: fields['idem'],
    replyTo: replyAddress(fields),
    trace: fields['trace'],
    traceparent: fields['traceparent'],
  };
}
