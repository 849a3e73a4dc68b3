import { describe, expect, test } from '@jest/globals';
import { PreparedAnswer, type RoomHistory } from './prepared-answer.js';

const history: RoomHistory = {
  mode: 'snapshot',
  messages: ['{"seq":1,"text":"안녕"}', '{"seq":2,"text":"two"}'],
  lastSeq: 2,
  lastRev: 5,
  source: 'cache',
};
/** What a client reads: the frame's text behind a header of two or four bytes. */
const read = (frame: Buffer): unknown => JSON.parse(frame.toString('utf8', (frame[1] as number) < 126 ? 2 : 4));
const expected = (id: string) => ({ type: 'ack', id, ...history, messages: history.messages.map((json) => JSON.parse(json)) });

describe('PreparedAnswer', () => {
  test.each(['1', '', '"quoted"\\', '아이디', 'x'.repeat(200)])('answers under the id %j', (id) => {
    const answer = new PreparedAnswer(history);
    expect(read(answer.frame(id))).toEqual(expected(id));
  });

  test('the same id gets the same bytes, another one its own; what was given out stays as it was', () => {
    const answer = new PreparedAnswer(history);
    const first = answer.frame('1');
    const before = Buffer.from(first);
    expect(answer.frame('1')).toBe(first);
    expect(read(answer.frame('another'))).toEqual(expected('another'));
    expect(read(answer.frame('1'))).toEqual(expected('1'));
    expect(first).toEqual(before);
  });
});
