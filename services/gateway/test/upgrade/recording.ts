import { randomUUID } from 'node:crypto';
import { keys, partitionOf, type ServiceName } from '@brook/common/contracts';
import { type Fields, type RawEntry, toFields, unpack } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { expectStatus, Rest } from '../support/rest.js';
import { type Frame, SocketClient } from '../support/socket-client.js';
import type { Stack } from '../support/stack.js';

/** What the parts of one version say to each other and to clients, as one run of `act` made them say it. */
export interface Recording {
  /** Entries of command streams, in the order of the gateway. */
  commands: { service: ServiceName; fields: Fields }[];
  /** Entries of event streams: events, changes and replies. */
  events: { service: ServiceName; fields: Fields }[];
  /** Frames of clients, and of the gateway. */
  sent: Frame[];
  received: Frame[];
}

const SERVICES = ['messages', 'rooms', 'users'] as const;
const PARTITIONS = 2;

/** Plays a conversation that has every command and frame of the protocol, and notes what is said. */
export async function record(stack: Stack): Promise<Recording> {
  const redis = new Redis(stack.redisUrl);
  const monitor = await redis.monitor();
  const recording: Recording = { commands: [], events: [], sent: [], received: [] };
  monitor.on('monitor', (_time: string, [command = '', key = '', _id, ...flat]: string[]) => {
    const service = SERVICES.find((name) => key.endsWith(`:cmd:${name}`));
    if (command.toLowerCase() !== 'xadd' || !service) return;
    recording.commands.push(...unpack(['', flat.map(unescaped)]).map(([, one]) => ({ service, fields: toFields(one) })));
  });
  try {
    Object.assign(recording, await act(stack));
    // What the monitor tells comes on a connection of its own.
    await eventually(() => recording.commands.some(({ fields }) => fields['type'] === 'room.delete'));
    for (const service of SERVICES)
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const entries = (await redis.xrange(keys.events(service, partition), '-', '+')) as RawEntry[];
        recording.events.push(...entries.flatMap(unpack).map(([, flat]) => ({ service, fields: toFields(flat) })));
      }
    return recording;
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
}

/** MONITOR shows bytes that are not ASCII as `\\xf0`. */
const unescaped = (shown: string): string =>
  Buffer.from(
    shown.replace(/\\x([0-9a-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

async function act(stack: Stack): Promise<Pick<Recording, 'sent' | 'received'>> {
  const rest = new Rest(stack.url);
  const [ann, bob] = [await rest.signUp(), await rest.signUp()];
  const sent: Frame[] = [];
  const enter = async (token: string) => {
    const client = await SocketClient.enter(stack.url, token);
    sent.push({ type: 'hello', token: 'a token' });
    const say = (type: string, fields: object) => {
      sent.push({ type, id: 'x', ...fields });
      return client.request(type, fields);
    };
    return { client, say };
  };
  const call = async (status: number, method: string, path: string, body?: object) =>
    expectStatus(await rest.call(method, path, { token: ann.token, body }), status);

  const room = await rest.createRoom(ann);
  const roomId = room.id;
  const her = await enter(ann.token);
  await her.say('room.subscribe', { roomId, since: null });
  await rest.join(bob, roomId);
  const his = await enter(bob.token);
  await his.say('room.subscribe', { roomId });
  await her.say('message.send', { roomId, clientId: randomUUID(), text: 'one' });
  await her.say('message.send', { roomId, clientId: randomUUID(), text: 'two', replyTo: 1 });
  await her.say('message.edit', { roomId, seq: 1, text: 'one, edited' });
  await his.say('message.react', { roomId, seq: 1, emoji: '👍', on: true });
  await her.say('message.delete', { roomId, seq: 2 });
  await his.say('room.read', { roomId, seq: 2 });
  sent.push({ type: 'typing', roomId });
  his.client.send({ type: 'typing', roomId });
  await her.client.next(({ type }) => type === 'typing');
  await her.say('auth', { token: ann.token });
  sent.at(-1).token = 'a token';
  await her.say('ping', {});
  await call(200, 'PATCH', `/rooms/${roomId}`, { name: 'Another name' });
  await call(200, 'PATCH', '/me', { displayName: 'Ann' });
  await call(204, 'PUT', `/rooms/${roomId}/bans/${bob.user.id}`);
  await his.client.next(({ type }) => type === 'membership.removed');
  await call(204, 'DELETE', `/rooms/${roomId}/bans/${bob.user.id}`);
  await call(200, 'PUT', `/rooms/${roomId}/members/${bob.user.id}`, { role: 'moderator' });
  await call(204, 'DELETE', `/rooms/${roomId}/members/${bob.user.id}`);
  await her.say('room.unsubscribe', { roomId });
  await call(204, 'DELETE', `/rooms/${roomId}`);
  await eventually(() => her.client.of('room.deleted').length > 0 || her.client.of('membership.removed').length > 0);
  await Promise.all([her.client.leave(), his.client.leave()]);
  return { sent, received: [...her.client.frames, ...his.client.frames] };
}

/** Puts recorded commands on the streams of a running system, as the gateway of that version would, one after the other. */
export async function replay(
  redisUrl: string,
  { commands }: Pick<Recording, 'commands'>,
): Promise<{ type: string; outcome: 'event' | 'ok' | string }[]> {
  const redis = new Redis(redisUrl);
  const outcomes: { type: string; outcome: string }[] = [];
  try {
    for (const [at, { service, fields }] of commands.entries()) {
      const partition = partitionOf(fields['key'] ?? '', PARTITIONS);
      const ref = String(at);
      const entry = { ...fields, gateway: 'recorded', ref };
      await redis.xadd(keys.commands(service, partition), '*', ...Object.entries(entry).flat());
      const answer = await answerTo(redis, keys.events(service, partition), ref);
      const outcome = answer['type'] === 'reply' ? (answer['status'] === 'ok' ? 'ok' : (answer['body'] ?? '')) : 'event';
      outcomes.push({ type: fields['type'] ?? '', outcome });
    }
    return outcomes;
  } finally {
    redis.disconnect();
  }
}

function answerTo(redis: Redis, stream: string, ref: string): Promise<Fields> {
  return eventually(async () => {
    const entries = (await redis.xrange(stream, '-', '+')) as RawEntry[];
    const own = (fields: Fields) => fields['gateway'] === 'recorded' && fields['ref'] === ref;
    return (
      entries
        .flatMap(unpack)
        .map(([, flat]) => toFields(flat))
        .find(own) ?? false
    );
  });
}

/** The fields of an entry or frame by their paths, JSON inside of strings included. What was null says nothing of its inside. */
export function shapeOf(value: unknown, path = ''): string[] {
  const parsed = typeof value === 'string' && /^[[{]/.test(value) ? parseJson(value) : value;
  if (parsed === null || parsed === undefined) return [];
  if (Array.isArray(parsed)) return parsed.flatMap((item) => shapeOf(item, `${path}[]`));
  if (typeof parsed !== 'object') return [path];
  return Object.entries(parsed).flatMap(([name, inner]) => shapeOf(inner, `${path}.${name}`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // Text that a person began with a bracket.
  }
}
