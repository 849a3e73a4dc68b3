import { expect, test } from '@jest/globals';
import { COMMANDS } from './commands.js';
import { CLIENT_FRAMES } from './frames.js';
import { plainSendData, plainSendFrame } from './plain-send.js';

const ID = '0190b5a4-6c1d-7e2f-8a3b-4c5d6e7f8091';
const uuids: unknown[] = [ID, ID.toUpperCase(), `${ID}\n`, ID.slice(1), ID.replaceAll('-', ''), '', 7, null, undefined];
const texts: unknown[] = [
  ...['plain', '한국어 🦄', ' outer space ', '\u2003', '\u00a0x', 'x', '🦄', '', 'a\u0000b', 'a\ud800b', 'two\nlines\t'],
  ...['y'.repeat(4_000), 'y'.repeat(4_001), '🦄'.repeat(2_000), '🦄'.repeat(4_000), 5, null, undefined, ['x']],
];
const seqs: unknown[] = [undefined, null, 1, 7, 0, -1, 1.5, 2 ** 53, Number.MAX_SAFE_INTEGER, '1', Number.NaN, true];
const ids: unknown[] = ['1', 'x'.repeat(64), 'x'.repeat(65), '🦄', '', 1, null, undefined];

const frame = { type: 'message.send', id: '1', roomId: ID, clientId: ID, text: 'hello' };
const data = { clientId: ID, text: 'hello', replyTo: null };
const varied = (base: object, fields: Record<string, unknown[]>): Record<string, unknown>[] => [
  { ...base },
  { ...base, unknown: 1 },
  ...Object.entries(fields).flatMap(([name, values]) => values.map((value) => ({ ...base, [name]: value }))),
];

test('a plain frame is what its schema makes of it', () => {
  const frames = varied(frame, { id: ids, roomId: uuids, clientId: uuids, text: texts, replyTo: seqs });
  const taken = frames.filter((value) => plainSendFrame(value));
  for (const value of taken) expect(plainSendFrame(value)).toEqual(CLIENT_FRAMES['message.send'].parse(value));
  const texted = taken.map(({ text }) => text);
  expect(texted).toEqual(expect.arrayContaining(['plain', ' outer space ', '한국어 🦄', 'y'.repeat(4_000), '🦄'.repeat(2_000)]));
  expect(taken).toContainEqual({ ...frame, replyTo: 7 });
});

test('so is a plain command', () => {
  const mentions = [undefined, null, { users: [], room: true }];
  const commands = varied(data, { clientId: uuids, text: texts, replyTo: seqs, prev: uuids, mentions });
  const taken = commands.filter((value) => plainSendData(value));
  for (const value of taken) expect(plainSendData(value)).toEqual(COMMANDS.messages['message.send'].parse(value));
  expect(taken).toContainEqual({ ...data, prev: ID });
  for (const value of [null, undefined, 'text', 5, []]) expect(plainSendData(value)).toBeUndefined();
});
