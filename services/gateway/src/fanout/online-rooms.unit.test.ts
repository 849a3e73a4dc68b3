import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@brook/common/logging';
import { expect, test } from '@jest/globals';
import { OnlineRooms } from './online-rooms.js';

interface Question {
  userIds: string[];
  answer: (rooms: Record<string, string[]>) => void;
  fail: () => void;
}

/** Rooms of people online, and what the rooms service was asked; the test answers. */
function onlineRooms() {
  const questions: Question[] = [];
  const request = (_path: string, { body }: { body: { userIds: string[] } }) =>
    new Promise((resolve, reject) => {
      const fail = () => reject(new Error('The rooms service is not there'));
      questions.push({ userIds: body.userIds, answer: (rooms) => resolve({ rooms }), fail });
    });
  const online = new OnlineRooms({ rooms: { request } as never, logger: createLogger({ service: 'test', level: 'silent' }) });
  const question = async (at: number): Promise<Question> => {
    for (const until = Date.now() + 3_000; Date.now() < until; await delay(1)) {
      const asked = questions[at];
      if (asked) return asked;
    }
    throw new Error(`There was no question ${at}`);
  };
  return { online, questions, question };
}

/** Answers a question, and lets the answer be taken up. */
async function answered(question: Question, rooms: Record<string, string[]>): Promise<void> {
  question.answer(rooms);
  await delay(0);
}

test('who comes alone is asked for at once, those of a storm together', async () => {
  const { online, questions, question } = onlineRooms();
  online.arrived('ada');
  expect((await question(0)).userIds).toEqual(['ada']);
  for (let n = 0; n < 30; n++) {
    online.arrived(`guest ${n}`);
    if (n % 10 === 9) await delay(1);
  }
  expect((await question(1)).userIds).toHaveLength(30);
  expect(questions).toHaveLength(2);
  online.stop();
});

test('news reaches members, and who turns out to be one once their rooms are known', async () => {
  const { online, question } = onlineRooms();
  const told: string[] = [];
  const tell = (word: string) => (userId: string) => told.push(`${word} ${userId}`);
  online.arrived('ada');
  expect(online.mayReach('r1')).toBe(true);
  await answered(await question(0), { ada: ['r1'] });
  expect([online.mayReach('r1'), online.mayReach('r2')]).toEqual([true, false]);

  online.eachMember('r1', 'activity', tell('before'));
  for (const userId of ['ben', 'cem', 'dan', 'eve', 'fay']) online.arrived(userId);
  online.joined('fay', 'r1');
  online.eachMember('r1', 'activity', tell('while'));
  online.eachMember('r2', 'activity', tell('elsewhere'));
  online.joined('cem', 'r1');
  online.removed('dan', 'r1');
  online.left('eve');
  expect(told).toEqual(['before ada', 'while ada']);
  await answered(await question(1), { ben: ['r1'], cem: [], dan: ['r1'], eve: ['r1'], fay: ['r1'] });
  expect(told.slice(2)).toEqual(['while ben', 'while cem', 'while fay']);
  expect(online.mayReach('r2')).toBe(false);
  online.stop();
});

test('a room that is deleted while somebody’s rooms are asked for is none of theirs', async () => {
  const { online, question } = onlineRooms();
  const removed: string[] = [];
  online.arrived('ada');
  online.eachMember('r1', 'removed', (userId) => removed.push(userId));
  online.deleted('r1');
  await answered(await question(0), { ada: ['r1', 'r2'] });
  expect(removed).toEqual(['ada']);
  expect([[...online.rooms('ada')], [...online.members('r1')]]).toEqual([['r2'], []]);
  online.stop();
});

test('an answer from before somebody left is not that for their return', async () => {
  const { online, question } = onlineRooms();
  online.arrived('ada');
  const first = await question(0);
  online.left('ada');
  online.removed('ada', 'r1');
  online.arrived('ada');
  await answered(first, { ada: ['r1'] });
  expect([...online.members('r1')]).toEqual([]);
  await answered(await question(1), { ada: ['r2'] });
  expect([...online.rooms('ada')]).toEqual(['r2']);
  online.stop();
});

test('news comes in its order, and of one kind the newest only, also to who joins meanwhile', async () => {
  const { online, question } = onlineRooms();
  const told: string[] = [];
  const news = (kind: string, word: string) => online.eachMember('r1', kind, (userId) => told.push(`${word} ${userId}`));
  online.arrived('ada');
  await answered(await question(0), { ada: ['r1'] });
  online.arrived('ben');
  news('updated', 'first name');
  news('activity', 'hello');
  online.joined('ben', 'r1');
  news('updated', 'second name');
  expect(told.filter((one) => one.endsWith('ben'))).toEqual([]);
  await answered(await question(1), { ben: [] });
  expect(told).toEqual(['first name ada', 'hello ada', 'second name ada', 'hello ben', 'second name ben']);
  online.stop();
});

test('news outlives an answer that does not come, and is bounded', async () => {
  const { online, question } = onlineRooms();
  const told: number[] = [];
  online.arrived('ada');
  const first = await question(0);
  online.eachMember('r1', 'activity', () => told.push(0));
  for (let n = 1; n <= 10_000; n++) online.eachMember(`room ${n}`, 'activity', () => told.push(n));
  first.fail();
  await answered(await question(1), { ada: ['r1', 'room 9999', 'room 10000'] });
  expect(told).toEqual([10_000]);
  online.stop();
});
