import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CLIENT_FRAMES, type User } from '@brook/common/contracts';
import { createLogger } from '@brook/common/logging';
import { parseCommand, type RawEntry, toFlat } from '@brook/common/streams';
import { type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import pg from 'pg';
import { MessageEvents } from '../src/fanout/message-events.js';
import { parseFrame } from '../src/ws/parse-frame.js';
import { type Recording, record, replay, shapeOf } from './upgrade/recording.js';
import { type Stack, startStack } from './support/stack.js';

/*
 * Versions run beside each other during a rolling update. The fixture is what version 0.1 said on streams and sockets; it is
 * made anew, on purpose and with a new name, when a version is released: RECORD=1 and this test.
 */
const fixture = fileURLToPath(new URL('upgrade/v0.1.json', import.meta.url));

let redis: PrivateRedis;
let stack: Stack;
let then: Recording;
let now: Recording;
beforeAll(async () => {
  redis = await startPrivateRedis({ persistent: false });
  stack = await startStack({ redisUrl: redis.url });
  now = await record(stack);
  if (process.env['RECORD'] === '1' && !existsSync(fixture)) writeFileSync(fixture, `${JSON.stringify(now, null, 1)}\n`);
  then = JSON.parse(readFileSync(fixture, 'utf8')) as Recording;
}, 90_000);
afterAll(async () => {
  await stack.stop();
  await redis.stop();
});

/** Makes the people of a recording known to the users service. */
async function adopt({ commands }: Recording): Promise<void> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    await insertPeople(client, commands);
  } finally {
    await client.end();
  }
}

async function insertPeople(client: pg.Client, commands: Recording['commands']): Promise<void> {
  const people = new Map(
    commands.map(({ fields }) => JSON.parse(fields['actor'] ?? '{}') as User).map((user) => [user.id, user]),
  );
  const targets = commands
    .map(({ fields }) => (JSON.parse(fields['data'] ?? '{}') as { target?: User }).target)
    .filter((target) => target !== undefined);
  for (const { id, username } of [...targets, ...people.values()])
    await client.query(
      `INSERT INTO users.accounts (id, username, name_key, look_key, display_name, kind, created_at)
       VALUES ($1, $2, $3, $3, $2, 'member', now()) ON CONFLICT DO NOTHING`,
      [id, username, `then-${username}`.toLowerCase()],
    );
}

/** Fields by kind of entry or frame, as `shapeOf` names them. */
function shapes(
  of: (recording: Recording) => { kind: string; value: unknown }[],
  recording: Recording,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { kind, value } of of(recording)) {
    const paths = found.get(kind) ?? new Set();
    for (const path of shapeOf(value)) paths.add(path);
    found.set(kind, paths);
  }
  return found;
}

/** Frames that come in every run. Others may be late, lost or joined, by what the protocol promises, and tell nothing by their absence. */
const CERTAIN = new Set(['welcome', 'ack', 'pong', 'message.created', 'message.updated', 'message.deleted']);

const SAID = {
  commands: ({ commands }: Recording) =>
    commands.map(({ service, fields }) => ({ kind: `${service} ${fields['type']}`, value: fields as unknown })),
  events: ({ events }: Recording) =>
    events
      .filter(({ fields }) => fields['type'] === 'reply' || fields['n'] !== undefined || fields['rev'] !== undefined)
      .map(({ service, fields }) => ({ kind: `${service} ${fields['type']}`, value: fields as unknown })),
  frames: ({ received }: Recording) =>
    received
      .map((frame) => ({ kind: (frame as { type: string }).type, value: frame as unknown }))
      .filter(({ kind }) => CERTAIN.has(kind)),
};

describe('what version 0.1 said is understood now', () => {
  test('commands of an old gateway are executed by the services', async () => {
    await adopt(then);
    const outcomes = await replay(stack.redisUrl, then);
    expect(outcomes.length).toBeGreaterThan(10);
    for (const { type, outcome } of outcomes)
      expect({ type, outcome }).toEqual({ type, outcome: expect.stringMatching(/^(event|ok)$/) });
  }, 60_000);

  test('events and answers of old services are read by the gateway', () => {
    const own = then.events.find(({ fields }) => fields['gateway'] !== undefined)?.fields['gateway'] ?? '';
    const settled: string[] = [];
    const seen: { roomId: string; rev: number }[] = [];
    const settle = (ref: string) => {
      settled.push(ref);
      return undefined;
    };
    const events = new MessageEvents({
      bus: { gatewayId: own, settle },
      onEvent: (event) => seen.push(event),
      onDelivered: () => undefined,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
    const entries = then.events
      .filter(({ service }) => service === 'messages')
      .map(({ fields }): RawEntry => ['1-0', toFlat(fields)]);
    events.onEntries(entries);
    expect(seen.map(({ rev }) => rev).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(settled).toHaveLength(entries.length);
  });

  test('frames of old clients are taken', () => {
    expect(new Set(then.sent.map((frame) => (frame as { type: string }).type))).toEqual(new Set(Object.keys(CLIENT_FRAMES)));
    for (const frame of then.sent) expect(parseFrame(JSON.stringify(frame))).toMatchObject({ kind: 'frame' });
  });
});

describe('what is said now has every field that version 0.1 counts on', () => {
  test.each(Object.entries(SAID))('%s', (_what, of) => {
    const present = shapes(of, now);
    const missing = [...shapes(of, then)].flatMap(([kind, paths]) =>
      [...paths].filter((path) => !present.get(kind)?.has(path)).map((path) => `${kind} ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('commands of this gateway are commands of every service', () => {
    for (const { service, fields } of now.commands)
      expect(parseCommand(service, ['1-0', toFlat(fields)])).toMatchObject({ type: fields['type'] });
  });
});
