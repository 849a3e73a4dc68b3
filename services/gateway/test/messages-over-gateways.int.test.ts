import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Message, OwnRoomItem, Room, SearchHit } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

/*
 * What is done to a message through one gateway reaches whoever is connected to another: live, in the history, in a resume,
 * in searches and in the counts of mentions.
 */
let stack: Stack;
let second: SecondGateway;
/** Through the first and through the second gateway. */
let rest: Rest;
let far: Rest;
let ann: Person;
let bob: Person;
let room: Room;
let sockets: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack();
  second = await startSecondGateway(stack);
  rest = new Rest(stack.url);
  far = new Rest(second.url);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 90_000);
afterAll(async () => {
  await second?.stop();
  await stack?.stop();
}, 30_000);
beforeEach(async () => {
  room = await rest.createRoom(ann, { visibility: 'private' });
  const path = `/rooms/${room.id}/members/${bob.user.id}`;
  expectStatus(await rest.call('PUT', path, { token: ann.token, body: {} }), 200);
});
afterEach(async () => {
  await Promise.all(sockets.map((socket) => socket.leave()));
  sockets = [];
});

async function enter(who: Person, url: string): Promise<SocketClient> {
  const socket = await SocketClient.enter(url, who.token);
  sockets.push(socket);
  return socket;
}
const of =
  (who: Person) =>
  (method: string, path: string, body?: unknown, through = rest) =>
    through.call(method, path, { token: who.token, body });
const say = (who: Person, text: string, through = rest) => through.send(who, room.id, text);
const at = (seq: number, rest = '') => `/rooms/${room.id}/messages/${seq}${rest}`;
const thumb = encodeURIComponent('👍🏽');

async function unreadMentions(who: Person, through = far): Promise<number> {
  const { items } = expectStatus(await of(who)('GET', '/me/rooms?limit=100', undefined, through), 200);
  return (items as OwnRoomItem[]).find((item) => item.room.id === room.id)?.unreadMentions ?? -1;
}
const mentionsOf = async (who: Person) => expectStatus(await of(who)('GET', '/me/mentions', undefined, far), 200).items;
async function found(who: Person, q: string, query = '', through = far): Promise<SearchHit[]> {
  const path = `/search/messages?q=${encodeURIComponent(q)}${query}`;
  return expectStatus(await of(who)('GET', path, undefined, through), 200).items;
}

test('an edit, a reaction, a reply and a deletion reach live sockets, history and resume of the other gateway alike', async () => {
  const live = await enter(bob, second.url);
  const since = (await live.request('room.subscribe', { roomId: room.id })).lastRev as number;
  const first = await say(ann, 'first');
  const reply = expectStatus(
    await of(bob)('POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'yes', replyTo: first.seq }, far),
    201,
  ).message as Message;
  expectStatus(await of(bob)('PUT', at(first.seq, `/reactions/${thumb}`), undefined, far), 204);
  expectStatus(await of(ann)('PATCH', at(first.seq), { text: 'second' }), 200);
  expectStatus(await of(bob)('DELETE', at(reply.seq), undefined, far), 204);
  const last = await live.next(({ type, message }) => type === 'message.deleted' && message.seq === reply.seq);
  const held = new Map<number, Message>();
  for (const { type, message } of live.frames) if (/^message\./.test(type)) held.set(message.seq, message);
  const { items, lastRev } = expectStatus(await of(ann)('GET', `/rooms/${room.id}/messages`), 200);
  expect([...held.values()].sort((a, b) => a.seq - b.seq)).toEqual(items);
  expect(last.rev).toBe(lastRev);
  expect(items[0]).toMatchObject({ text: 'second', reactions: [{ emoji: '👍🏽', count: 1, userIds: [bob.user.id] }] });
  expect(items[1]).toMatchObject({ text: '', replyTo: first.seq });
  const late = await enter(bob, stack.url);
  const resumed = await late.request('room.subscribe', { roomId: room.id, since });
  expect(resumed.mode).toBe('resume');
  expect([...resumed.messages].sort((a: Message, b: Message) => a.seq - b.seq)).toEqual(items);
});

test('at most 20 kinds of reactions, also when two gateways add them at once', async () => {
  const { seq } = await say(ann, 'react');
  const kinds = Array.from({ length: 24 }, (_, i) => encodeURIComponent(String.fromCodePoint(0x1f600 + i)));
  const answers = await Promise.all(
    kinds.map((kind, i) => of(i % 2 ? ann : bob)('PUT', at(seq, `/reactions/${kind}`), undefined, i % 2 ? rest : far)),
  );
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(20);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
});

describe('mentions', () => {
  const call = () => `look, @${bob.user.username.toUpperCase()}.`;

  test('count until they are read, on every device, and are listed', async () => {
    const [phone, desk] = [await enter(bob, stack.url), await enter(bob, second.url)];
    await phone.barrier();
    const message = await say(ann, call());
    expect(message.mentions).toEqual({ users: [{ id: bob.user.id, username: bob.user.username }], room: false });
    for (const device of [phone, desk]) {
      const told = await device.next(({ type, roomId }) => type === 'room.mentions' && roomId === room.id);
      expect(told.unreadMentions).toBe(1);
      device.frames.length = 0;
    }
    expect(await unreadMentions(bob)).toBe(1);
    expect(await mentionsOf(bob)).toEqual([{ message, unread: true }]);
    await phone.request('room.read', { roomId: room.id, seq: message.seq });
    for (const device of [phone, desk]) {
      const told = await device.next(({ type, roomId }) => type === 'room.mentions' && roomId === room.id);
      expect(told.unreadMentions).toBe(0);
    }
    expect(await unreadMentions(bob)).toBe(0);
    expect(await mentionsOf(bob)).toMatchObject([{ unread: false }]);
    expect(await unreadMentions(ann)).toBe(0);
  });

  test('follow edits and deletions, and say so live', async () => {
    const { seq } = await say(ann, 'nobody');
    const device = await enter(bob, second.url);
    await device.barrier();
    const told = async (count: number) => {
      await device.next((frame) => frame.type === 'room.mentions' && frame.roomId === room.id && frame.unreadMentions === count);
      device.frames.length = 0;
      expect(await unreadMentions(bob)).toBe(count);
    };
    expectStatus(await of(ann)('PATCH', at(seq), { text: call() }), 200);
    await told(1);
    expectStatus(await of(ann)('PATCH', at(seq), { text: 'nobody again' }), 200);
    await told(0);
    expectStatus(await of(ann)('PATCH', at(seq), { text: call() }), 200);
    await told(1);
    expectStatus(await of(ann)('DELETE', at(seq)), 204);
    await told(0);
    expect((await mentionsOf(bob)).filter(({ message }: { message: Message }) => message.roomId === room.id)).toEqual([]);
  });

  test('@room is for moderators and owners, never in code, and calls everybody but its sender', async () => {
    expect((await say(bob, '@room hello', far)).mentions).toBeUndefined();
    expect((await say(ann, 'it says `@room` here')).mentions).toBeUndefined();
    expect((await say(ann, `mail me@${bob.user.username}`)).mentions).toBeUndefined();
    expect(await unreadMentions(ann)).toBe(0);
    expect((await say(ann, `@room and @${bob.user.username}`)).mentions?.room).toBe(true);
    expect(await unreadMentions(bob)).toBe(1);
    expect(await unreadMentions(ann)).toBe(0);
  });

  test('who is no member any more sees none of them', async () => {
    await say(ann, call());
    expectStatus(await of(ann)('DELETE', `/rooms/${room.id}/members/${bob.user.id}`), 204);
    expect((await mentionsOf(bob)).filter(({ message }: { message: Message }) => message.roomId === room.id)).toEqual([]);
  });
});

describe('search', () => {
  test('finds within 5 s what was said through another gateway; never what one may not read', async () => {
    const word = `w${randomUUID().slice(0, 8)}`;
    const eve = await rest.signUp();
    const message = await say(ann, `서울대학교에서 ${word} 만나요`);
    const [hit] = await eventually(async () => {
      const hits = await found(bob, `학교 ${word}`);
      return hits.length === 1 && hits;
    });
    expect(hit?.message).toEqual(message);
    expect(hit?.ranges.map(([start, end]) => hit.snippet.slice(start, end))).toEqual(['학교', word]);
    // It is in the index by now: what follows is no matter of time.
    expect(await found(eve, word)).toEqual([]);
    expect((await of(eve)('GET', `/search/messages?q=${word}&roomId=${room.id}`)).status).toBe(404);
    expect(await found(bob, word, `&roomId=${room.id}&from=${ann.user.id}&before=2999-01-01`)).toHaveLength(1);
    expect(await found(bob, word, `&from=${bob.user.id}`)).toHaveLength(0);
    expectStatus(await of(ann)('DELETE', `/rooms/${room.id}/members/${bob.user.id}`), 204);
    expect(await found(bob, word)).toEqual([]);
    expect(await found(bob, word, '', rest)).toEqual([]);
    expect((await of(bob)('GET', `/search/messages?q=${word}&roomId=${room.id}`, undefined, far)).status).toBe(404);
  });

  test('public rooms are for everybody but the banned; guests search inside a room', async () => {
    const word = `w${randomUUID().slice(0, 8)}`;
    const open = await rest.createRoom(ann);
    await rest.send(ann, open.id, word);
    const [eve, guest] = await Promise.all([rest.signUp(), rest.guest()]);
    await eventually(async () => (await found(eve, word)).length === 1);
    expect(await found(guest, word, `&roomId=${open.id}`)).toHaveLength(1);
    expect((await of(guest)('GET', `/search/messages?q=${word}`)).status).toBe(403);
    expectStatus(await of(ann)('PUT', `/rooms/${open.id}/bans/${eve.user.id}`), 204);
    expect(await found(eve, word)).toEqual([]);
    for (const bad of ['', '?q=', '?q=%00', `?q=a&limit=0`, '?q=a&cursor=x', '?q=a&after=yesterday', '?q=a&from=me'])
      expect((await of(ann)('GET', `/search/messages${bad}`)).status).toBe(400);
  });
});

test('jumps to a message, a time and the first unread one', async () => {
  for (let i = 1; i <= 6; i++) await say(ann, `m${i}`);
  const page = async (query: string) => {
    const answer = expectStatus(await of(bob)('GET', `/rooms/${room.id}/messages?limit=2&${query}`, undefined, far), 200);
    return [answer.anchor, ...answer.items.map(({ seq }: Message) => seq)];
  };
  const { items } = expectStatus(await of(bob)('GET', `/rooms/${room.id}/messages`), 200);
  expect(await page('around=3')).toEqual([undefined, 2, 3]);
  expect(await page(`at=${items[3].createdAt}`)).toEqual([4, 3, 4]);
  expect(await page('at=2999-01-01')).toEqual([null, 5, 6]);
  expect(await page('unread=true')).toEqual([1, 1, 2]);
  expectStatus(await of(bob)('PUT', `/rooms/${room.id}/read`, { seq: 4 }), 200);
  expect(await page('unread=true')).toEqual([5, 4, 5]);
  expectStatus(await of(bob)('PUT', `/rooms/${room.id}/read`, { seq: 6 }), 200);
  expect(await page('unread=true')).toEqual([null, 5, 6]);
  expect((await of(bob)('GET', `/rooms/${room.id}/messages?unread=true&at=2026-01-01`)).status).toBe(400);
});
