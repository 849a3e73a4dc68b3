import type { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import * as ws from 'ws';
import { asTextFrame, encodeFramesById, encodeTextFrame, PING_FRAME } from './frame-encoding.js';

/** The library's own frame reader, which its types leave out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Reads bytes as a client would, up to a ping that is put behind them. */
function received(bytes: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    const texts: string[] = [];
    receiver.on('message', (data: Buffer) => texts.push(data.toString()));
    receiver.on('ping', () => resolve(texts));
    receiver.on('error', reject);
    receiver.write(Buffer.concat([bytes, PING_FRAME]));
  });
}

describe('encodeTextFrame', () => {
  test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %d bytes arrives as it was', async (length) => {
    const text = 'x'.repeat(length);
    expect(await received(encodeTextFrame(text))).toEqual([text]);
  });

  test('counts bytes, not characters', async () => {
    const text = '한국어 🎉'.repeat(30);
    expect(await received(encodeTextFrame(text))).toEqual([text]);
  });
});

test('frames that are held stay as they are while others are made', async () => {
  const texts = Array.from({ length: 600 }, (_, n) => ['x', 'é', '한'][n % 3]?.repeat((n * 7) % 400) ?? '');
  texts.push(...[2_700, 2_731, 8_191, 8_192, 10_922, 10_923].flatMap((length) => ['y'.repeat(length), '국'.repeat(length)]));
  expect(await received(Buffer.concat(texts.map(encodeTextFrame)))).toEqual(texts);
});

describe('asTextFrame', () => {
  test.each([0, 1, 120, 121, 65_530, 65_531, 200_000])(
    'two pieces, the second of %d bytes, arrive as one text',
    async (length) => {
      const rest = 'x'.repeat(length);
      expect(await received(asTextFrame(Buffer.from('begin'), Buffer.from(rest)))).toEqual([`begin${rest}`]);
    },
  );
});

describe('encodeFramesById', () => {
  test.each([1, 100, 300, 60_000])('each id gets a frame of its own, with %d letters before it', async (length) => {
    const before = 'b'.repeat(length);
    const ids = ['u1', 'u2', 'u3'];
    expect(await received(encodeFramesById(before, ids, '!'))).toEqual(ids.map((id) => `${before}${id}!`));
  });

  test('nobody is no frame', async () => {
    expect(await received(encodeFramesById('before', [], 'after'))).toEqual([]);
  });
});
