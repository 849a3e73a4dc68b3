import { describe, expect, test } from '@jest/globals';
import { parseFrame } from './parse-frame.js';

const room = '0190a5e0-0000-7000-8000-000000000001';

describe('parseFrame', () => {
  test.each(['', 'hello', '[]', 'null', '7', '"text"', '{"type":"ping"'])('%j is malformed', (text) => {
    expect(parseFrame(text)).toEqual({ kind: 'malformed' });
  });

  test.each([
    [{ id: '1' }, '1'],
    [{ type: 7, id: '1' }, '1'],
    [{ type: 'no.such', id: '1' }, '1'],
    [{ type: '__proto__' }, undefined],
    [{ type: 'toString', id: 7 }, undefined],
    [{ type: 'room.subscribe', id: '1', roomId: 'x' }, '1'],
    [{ type: 'room.subscribe', id: '1', roomId: room, since: -1 }, '1'],
    [{ type: 'message.send', id: '1', roomId: room, clientId: room, text: '  ' }, '1'],
    [{ type: 'message.send', id: '1', roomId: room, clientId: room, text: 'a\u0000b' }, '1'],
    [{ type: 'message.send', id: '1', roomId: room, clientId: room, text: 'x'.repeat(4_001) }, '1'],
    [{ type: 'message.react', id: '1', roomId: room, seq: 1, emoji: 'a', on: true }, '1'],
    [{ type: 'ping' }, undefined],
  ])('%j is refused with its id', (frame, id) => {
    const parsed = parseFrame(JSON.stringify(frame));
    expect(parsed).toMatchObject({ kind: 'invalid', error: { code: 'validation_failed' } });
    expect((parsed as { id: unknown }).id).toBe(id);
  });

  test('unknown fields are ignored, the text is trimmed, ids are folded', () => {
    const frame = { type: 'message.send', id: '1', roomId: room.toUpperCase(), clientId: room, text: ' hi ', extra: 1 };
    expect(parseFrame(JSON.stringify(frame))).toEqual({
      kind: 'frame',
      id: '1',
      frame: { type: 'message.send', id: '1', roomId: room, clientId: room, text: 'hi' },
    });
  });
});
