import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OwnRoomItem } from '@brook/common/contracts';
import { eventually, type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import { type Person, Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

let redis: PrivateRedis;
let stack: Stack;
let rest: Rest;
let ada: Person;

beforeAll(async () => {
  redis = await startPrivateRedis({ persistent: false });
  stack = await startStack({ redisUrl: redis.url });
  rest = new Rest(stack.url);
  ada = await rest.signUp();
}, 90_000);
afterAll(async () => {
  await stack?.stop();
  await redis?.stop();
});

describe('Redis away, then back empty', () => {
  test('writes are refused; when it is back, all goes on without a restart', async () => {
    const room = await rest.createRoom(ada);
    await rest.send(ada, room.id, 'before');
    const read = (path: string) => rest.call('GET', path, { token: ada.token });
    const clientId = randomUUID();
    const send = () => rest.call('POST', `/rooms/${room.id}/messages`, { token: ada.token, body: { clientId, text: 'during' } });

    await redis.halt();
    expect((await fetch(`${stack.url}/readyz`)).status).toBe(503);
    const refused = await send();
    expect(refused.status).toBeGreaterThanOrEqual(503);
    expect(['unavailable', 'timeout']).toContain(refused.body.code);

    await redis.resume();
    const sent = await eventually(
      async () => {
        const answer = await send();
        return answer.status < 300 && answer;
      },
      { timeout: 30_000, interval: 250 },
    );
    expect(sent.body.message).toMatchObject({ seq: 2, text: 'during' });
    expect((await read(`/rooms/${room.id}/messages`)).body).toMatchObject({ lastSeq: 2, lastRev: 2 });
    await eventually(async () => (await fetch(`${stack.url}/readyz`)).ok, { timeout: 20_000 });
    expect((await rest.send(ada, room.id, 'after')).seq).toBe(3);
  }, 120_000);
});

test('without the messages service one finds one’s rooms, and no made-up number of mentions', async () => {
  const room = await rest.createRoom(ada);
  const listed = async () => {
    const { status, body } = await rest.call('GET', '/me/rooms', { token: ada.token });
    return status === 200 ? (body.items as OwnRoomItem[]).find((item) => item.room.id === room.id) : undefined;
  };
  await eventually(async () => expect(await listed()).toMatchObject({ unreadMentions: 0 }));

  await stack.processes.messages.stop({ kill: true });
  const without = await listed();
  expect(without).toMatchObject({ role: 'owner', unread: 0 });
  expect(without).not.toHaveProperty('unreadMentions');

  await stack.processes.messages.start();
  await eventually(async () => expect(await listed()).toMatchObject({ unreadMentions: 0 }), { timeout: 20_000 });
}, 60_000);
