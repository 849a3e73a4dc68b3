import type { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import * as ws from 'ws';
import { encodeTextFrame, PING_FRAME } from './frame-encoding.js';

/** The library's own frame reader, which its types leave out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** Reads bytes as a client would. */
function received(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer) => resolve(data.toString()));
    receiver.on('ping', () => resolve('ping'));
    receiver.on('error', reject);
    receiver.write(bytes);
  });
}

describe('encodeTextFrame', () => {
  test.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %d bytes arrives as it was', async (length) => {
    const text = 'x'.repeat(length);
    expect(await received(encodeTextFrame(text))).toBe(text);
  });

  test('counts bytes, not characters', async () => {
    const text = '한국어 🎉'.repeat(30);
    expect(await received(encodeTextFrame(text))).toBe(text);
  });

  test('the ping is one', async () => {
    expect(await received(PING_FRAME)).toBe('ping');
  });
});
