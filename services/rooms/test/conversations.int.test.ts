import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversationPage, OwnConversation, StoredConversation, User } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import { Harness, newUser } from './harness.js';

let rooms: Harness;
beforeAll(async () => {
  rooms = await Harness.start();
}, 60_000);
afterAll(() => rooms.stop());

const agent = newUser({ role: 'admin' });

function newVisitor(): User {
  const visitor = newUser({ kind: 'guest' });
  rooms.neighbours.know(visitor);
  return visitor;
}

/** The gateway picks the id of a new conversation; here any does, as each test has its own visitor. */
async function open(visitor: User, { roomId = uuidv7(), page = null as string | null, idem = uuidv7() } = {}) {
  const reply = await rooms.send('conversation.open', roomId, visitor, { page }, { idem });
  return reply as unknown as { roomId: string; created: boolean };
}

const find = async (roomId: string) =>
  (await rooms.http.request<{ conversation: StoredConversation }>(`/conversations/${roomId}`)).conversation;
const own = async ({ id }: User) =>
  (await rooms.http.request<{ conversation: OwnConversation | null }>(`/users/${id}/conversation`)).conversation;
const typesOf = (roomId: string) => rooms.changesOf(roomId).map(({ type }) => type);

describe('conversation.open', () => {
  test('makes a private room with its visitor as a plain member, once', async () => {
    const visitor = newVisitor();
    const page = 'https://blog.example/post';
    const { roomId, created } = await open(visitor, { page });
    expect(created).toBe(true);
    expect(await open(visitor, { roomId })).toEqual({ roomId, created: false });
    const access = await rooms.http.request(`/rooms/${roomId}/access`, { query: { userId: visitor.id } });
    expect(access).toMatchObject({ room: { kind: 'support', visibility: 'private' }, membership: { role: 'member' } });
    expect(await find(roomId)).toMatchObject({
      visitorId: visitor.id,
      page,
      state: 'open',
      unread: 0,
      closedAt: null,
      block: null,
    });
    expect(typesOf(roomId)).toEqual(['room.created', 'member.joined']);
  });

  test('gives one room to messages that come at once', async () => {
    const visitor = newVisitor();
    const first = uuidv7();
    const answers = await Promise.all([
      open(visitor, { roomId: first }),
      open(visitor, { roomId: first }),
      open(visitor, { roomId: first }),
    ]);
    expect(new Set(answers.map(({ roomId }) => roomId)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
  });

  test('makes a visitor who left a member again', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    await rooms.send('member.leave', roomId, visitor, {});
    await open(visitor, { roomId });
    expect(typesOf(roomId)).toEqual(['room.created', 'member.joined', 'member.left', 'member.joined']);
  });

  test('a visitor may neither rename nor delete it', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    expect(await rooms.refusal(rooms.send('room.update', roomId, visitor, { name: 'mine' }))).toBe('forbidden');
    expect(await rooms.refusal(rooms.send('room.delete', roomId, visitor, {}))).toBe('forbidden');
    const state = { state: 'closed', lastSeq: 0 } as const;
    expect(await rooms.refusal(rooms.send('conversation.set_state', roomId, visitor, state))).toBe('forbidden');
    expect(await rooms.refusal(rooms.send('visitor.block', roomId, visitor, { until: null }))).toBe('forbidden');
  });
});

describe('states and read markers', () => {
  test('a closed conversation is opened by the next message', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    await rooms.neighbours.send(roomId, visitor, 'hello');
    await eventually(async () => (await find(roomId)).unread === 1);
    await rooms.send('conversation.set_state', roomId, agent, { state: 'closed', lastSeq: 1 });
    expect(await find(roomId)).toMatchObject({ state: 'closed' });
    expect((await find(roomId)).closedAt).not.toBeNull();
    expect(await rooms.http.request<ConversationPage>('/conversations', { query: { state: 'open' } })).not.toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ visitorId: visitor.id })]),
    });
    await rooms.neighbours.send(roomId, visitor, 'once more');
    await eventually(async () => (await find(roomId)).state === 'open');
    const moved = () => rooms.events.filter(({ type, key }) => type === 'conversation.moved' && key === roomId);
    await eventually(() => moved().length > 1);
    expect(JSON.parse(moved().at(-1)?.data ?? '')).toEqual({ roomId, state: 'open' });
  });

  test('agents share a marker, which their own messages move too', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    for (const text of ['one', 'two']) await rooms.neighbours.send(roomId, visitor, text);
    await eventually(async () => (await find(roomId)).unread === 2);
    expect(await rooms.send('room.read', roomId, agent, { seq: 1, lastSeq: 2 })).toEqual({ lastReadSeq: 1, unread: 1 });
    expect(await own(visitor)).toMatchObject({ agentsReadSeq: 1, unread: 0 });
    await rooms.neighbours.send(roomId, agent, 'an answer');
    await eventually(async () => (await find(roomId)).unread === 0);
    expect(await own(visitor)).toMatchObject({ agentsReadSeq: 3, unread: 1 });
  });
});

describe('visitor.block', () => {
  test('bans the visitor, and lets in again when told', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    await rooms.send('visitor.block', roomId, agent, { until: null });
    expect(await find(roomId)).toMatchObject({ block: { until: null } });
    const banned = await rooms.http.request(`/rooms/${roomId}/access`, { query: { userId: visitor.id } });
    expect(banned).toMatchObject({ banned: true, membership: null });
    expect(await rooms.refusal(open(visitor, { roomId }))).toBe('forbidden');
    await rooms.send('visitor.unblock', roomId, agent, { expired: false });
    expect(await find(roomId)).toMatchObject({ block: null });
    const access = await rooms.http.request(`/rooms/${roomId}/access`, { query: { userId: visitor.id } });
    expect(access).toMatchObject({ banned: false, membership: { role: 'member' } });
  });

  test('ends by itself', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    await rooms.send('visitor.block', roomId, agent, { until: new Date(Date.now() + 1_000).toISOString() });
    expect(await rooms.refusal(open(visitor, { roomId }))).toBe('forbidden');
    await eventually(() => typesOf(roomId).includes('ban.removed'), { timeout: 10_000 });
    expect(await rooms.http.request(`/rooms/${roomId}/access`, { query: { userId: visitor.id } })).toMatchObject({
      banned: false,
      membership: { role: 'member' },
    });
    const past = { until: new Date(Date.now() - 1_000).toISOString() };
    expect(await rooms.refusal(rooms.send('visitor.block', roomId, agent, past))).toBe('validation_failed');
  });

  test('outlives the conversation', async () => {
    const visitor = newVisitor();
    const { roomId } = await open(visitor);
    await rooms.send('visitor.block', roomId, agent, { until: null });
    await rooms.send('room.delete', roomId, agent, {});
    expect(await own(visitor)).toBeNull();
    expect(await rooms.refusal(open(visitor))).toBe('forbidden');
  });
});

test('the widget’s settings are stored and told', async () => {
  const settings = {
    title: 'Hi',
    greeting: '',
    colour: '#112233',
    position: 'left',
    theme: 'dark',
    language: 'ko',
    sites: [],
    signIn: false,
  } as const;
  expect(await rooms.http.request('/widget')).toMatchObject({ settings: { colour: '#2563eb' } });
  expect(await rooms.refusal(rooms.send('widget.update', 'widget', newUser(), { ...settings, sites: [] }))).toBe('forbidden');
  await rooms.send('widget.update', 'widget', agent, { ...settings, sites: [] });
  expect(await rooms.http.request('/widget')).toEqual({ settings });
  expect(typesOf('widget')).toEqual(['widget.updated']);
});
