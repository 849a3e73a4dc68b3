import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientFrame, FrameReader } from './frame-reader.js';

/** A server's frame: final, unmasked. */
function serverFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

function readIn(chunks: Buffer[]): string[] {
  const seen: string[] = [];
  const reader = new FrameReader({
    text: (bytes, start, end) => seen.push(bytes.toString('utf8', start, end)),
    ping: (payload) => seen.push(`ping ${payload.toString()}`),
    closing: (code) => seen.push(`close ${code}`),
  });
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

test('finds every frame, however the stream is cut', () => {
  const texts = fc.array(
    fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000))),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 50 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map((text) => serverFrame(1, Buffer.from(text))));
      const chunks: Buffer[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = i < cuts.length ? (cuts[i] as number) : stream.length;
        chunks.push(stream.subarray(at, at + size));
        at += size;
      }
      expect(readIn(chunks)).toEqual(sent);
    }),
    { numRuns: 50 },
  );
});

test('tells pings and closes', () => {
  const close = Buffer.from([0x0f, 0xa1]);
  expect(
    readIn([Buffer.concat([serverFrame(9, Buffer.from('p')), serverFrame(8, close), serverFrame(8, Buffer.alloc(0))])]),
  ).toEqual(['ping p', 'close 4001', 'close 1005']);
});

test('builds frames of a client with a mask of zero', () => {
  expect(clientFrame(1, 'hi')).toEqual(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
  expect(clientFrame(1, 'x'.repeat(200)).subarray(0, 8)).toEqual(Buffer.from([0x81, 0xfe, 0, 200, 0, 0, 0, 0]));
});
