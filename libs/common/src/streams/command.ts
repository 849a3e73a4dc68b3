import { actor as actorSchema, COMMANDS, type CommandType, type ServiceName, type User } from '../contracts/index.js';
import { parse } from '../errors/index.js';
import { type Fields, type RawEntry, toFields } from './entries.js';
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
const actors = new Map<string, User>();
const ACTORS_MAX = 2_000;

function readActor(json: string): User {
  const known = actors.get(json);
  if (known) return known;
  const person = Object.freeze(parse(actorSchema, JSON.parse(json)));
  if (actors.size >= ACTORS_MAX) actors.clear();
  actors.set(json, person);
  return person;
}

/**
 * Reads a command off its stream.
 * @throws AppError `validation_failed` when the entry is not a command of this service; it will never be one
 */
export function parseCommand<S extends ServiceName>(service: S, [id, flat]: RawEntry): Command<S> {
  const fields = toFields(flat);
  const schema = (COMMANDS[service] as Record<string, z.ZodType>)[fields['type'] ?? ''];
  if (!schema) throw new TypeError(`unknown command type ${fields['type']}`);
  if (!fields['key']) throw new TypeError('a command without a key');
  return {
    id,
    type: fields['type'] as CommandType<S>,
    key: fields['key'],
    actor: readActor(fields['actor'] ?? 'null'),
    data: parse(schema, JSON.parse(fields['data'] ?? 'null')),
    idem: fields['idem'],
    replyTo: replyAddress(fields),
    trace: fields['trace'],
    traceparent: fields['traceparent'],
  };
}
