import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { createMetrics } from '@brook/common/metrics';
import type { WebSocket } from 'ws';
import type { Session } from '../auth/session-verifier.js';
import { Audience } from '../fanout/audience.js';
import { createSocketMetrics } from '../fanout/metrics.js';
import { Revocations } from '../fanout/revocations.js';
import { SendLimits } from '../limits/send-limits.js';
import { SlotCounter } from '../limits/slot-counter.js';
import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { DeadlineWheel } from './deadline-wheel.js';
import { FlushQueue } from './flush-queue.js';
import { startHeartbeat } from './heartbeat.js';
import type { SocketContext } from './socket-context.js';

const MINUTE = 60_000;
const ann = { id: 'ann', username: 'ann', kind: 'member', role: 'user' } as User;

/** The library's side of a socket, as far as a conversation uses it. */
class FakeSocket extends EventEmitter {
  code: number | undefined;
  close(code: number): void {
    this.code = code;
    this.emit('close', code);
  }
  pause(): void {}
  resume(): void {}
  terminate(): void {
    this.emit('close', 1006);
  }
}

const verify = (token: string): Promise<Session> =>
  token === 'bad'
    ? Promise.reject(new AppError('unauthenticated'))
    : Promise.resolve({ userId: 'ann', sessionId: token, expiresAt: Date.now() + (token === 'long' ? 60 : 2) * MINUTE });

/** A conversation whose tokens live for two minutes from when they are shown, `long` for an hour; `bad` is none. */
function start() {
  const ws = new FakeSocket();
  const wheel = new DeadlineWheel();
  const flushes = new FlushQueue();
  const shared = { wheel, flushes, onSlow: () => undefined };
  const connection = new Connection({ id: 'c1', ip: '127.0.0.1' }, ws as unknown as WebSocket, new PassThrough(), shared);
  const frames: { type: string; code?: string }[] = [];
  const looks: string[] = [];
  jest.spyOn(connection, 'send').mockImplementation((frame) => void frames.push(frame as { type: string }));
  const limits = { sendsPerSecond: 0, sendsPerRoomPerSecond: 0, socketsPerIp: 0, socketsPerUser: 0 };
  const revocations = new Revocations();
  const context = {
    sessions: { verify },
    signIn: {
      identify: async (token: string, claimed: (userId: string) => void) => {
        claimed('ann');
        return { session: await verify(token), user: ann };
      },
    },
    ahead: { look: (userId: string, { roomId }: { roomId: string }) => void looks.push(`${userId} ${roomId}`) },
    profiles: { user: () => Promise.resolve(ann) },
    audience: new Audience(),
    registry: { end: () => undefined },
    perUser: new SlotCounter(0),
    sendLimits: new SendLimits(limits),
    metrics: createSocketMetrics(createMetrics('test')),
    era: () => 'era',
    heartbeatMs: 25_000,
    revocations,
    limits,
    wheel,
  } as unknown as SocketContext;
  const conversation = new Conversation(connection, context);
  ws.once('close', () => conversation.ended());
  return { ws, wheel, connection, conversation, frames, audience: context.audience, revocations, looks };
}

const settle = () => jest.advanceTimersByTimeAsync(1);

describe('Conversation', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('an expired session has 25 s to be extended, then its socket closes 4501', async () => {
    const { ws, conversation, frames, audience } = start();
    conversation.text('{"type":"hello","token":"s1"}');
    await settle();
    expect(frames.map(({ type }) => type)).toEqual(['welcome']);
    expect(audience.has('ann')).toBe(true);
    await jest.advanceTimersByTimeAsync(2 * MINUTE + 24_000);
    expect(ws.code).toBeUndefined();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(ws.code).toBe(4501);
    expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'token_expired' });
    expect(audience.has('ann')).toBe(false);
  });

  test('auth extends it in place; a bad token leaves it as it was', async () => {
    const { ws, conversation, frames } = start();
    conversation.text('{"type":"hello","token":"s1"}');
    await settle();
    await jest.advanceTimersByTimeAsync(MINUTE);
    conversation.text('{"type":"auth","id":"1","token":"s1"}');
    conversation.text('{"type":"auth","id":"2","token":"bad"}');
    await settle();
    expect(frames.slice(1)).toMatchObject([
      { type: 'ack', id: '1' },
      { type: 'error', id: '2', code: 'unauthenticated' },
    ]);
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    expect(ws.code).toBeUndefined();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(ws.code).toBe(4501);
  });

  test('what comes while a token is verified waits for the answer', async () => {
    const { ws, conversation, frames } = start();
    const [pause, resume] = [jest.spyOn(ws, 'pause'), jest.spyOn(ws, 'resume')];
    conversation.text('{"type":"hello","token":"s1"}');
    conversation.text('{"type":"ping","id":"1"}');
    conversation.text('{"type":"ping","id":"2"}');
    expect(frames).toEqual([]);
    await settle();
    expect(frames).toMatchObject([{ type: 'welcome' }, { type: 'pong', id: '1' }, { type: 'pong', id: '2' }]);
    expect(pause).not.toHaveBeenCalled();
    expect(resume).not.toHaveBeenCalled();
  });

  test('rooms named behind the hello are looked at before the session is known to live, the first eight', async () => {
    const { ws, conversation, frames, looks } = start();
    const rooms = Array.from({ length: 10 }, () => randomUUID());
    conversation.text('{"type":"hello","token":"bad"}');
    for (const roomId of rooms) conversation.text(JSON.stringify({ type: 'room.subscribe', id: '1', roomId }));
    conversation.text('{"type":"ping","id":"2"}');
    expect(frames).toEqual([]);
    await settle();
    expect(looks).toEqual(rooms.slice(0, 8).map((roomId) => `ann ${roomId}`));
    expect(frames).toMatchObject([{ type: 'error', code: 'unauthenticated' }]);
    expect(ws.code).toBe(4501);
  });

  test.each(['s1', 'bad'])('much that comes while a token (%s) is verified stops reading until the answer', async (token) => {
    const { ws, conversation } = start();
    const [pause, resume] = [jest.spyOn(ws, 'pause'), jest.spyOn(ws, 'resume')];
    conversation.text(`{"type":"hello","token":"${token}"}`);
    const ping = JSON.stringify({ type: 'ping', id: 'i'.repeat(36) });
    for (let i = 0; i < 60; i++) conversation.text(ping);
    expect(pause).not.toHaveBeenCalled();
    for (let i = 0; i < 60; i++) conversation.text(ping);
    expect(pause).toHaveBeenCalledTimes(1);
    await settle();
    expect(resume).toHaveBeenCalledTimes(1);
  });

  test('a session that is revoked while its token is verified never opens', async () => {
    const { ws, conversation, audience, revocations } = start();
    conversation.text('{"type":"hello","token":"s1"}');
    revocations.session({ userId: 'ann', sessionId: 's1' }, performance.now());
    await settle();
    expect(ws.code).toBe(4501);
    expect(audience.has('ann')).toBe(false);
  });

  test('without a hello within 10 s it ends, and nothing runs on', async () => {
    const { ws, wheel } = start();
    await jest.advanceTimersByTimeAsync(9_900);
    expect(ws.code).toBeUndefined();
    await jest.advanceTimersByTimeAsync(400);
    expect(ws.code).toBe(4501);
    wheel.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the heartbeat', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('pings every interval, and closes 4009 after two of silence', async () => {
    const { ws, wheel, connection, conversation } = start();
    conversation.text('{"type":"hello","token":"long"}');
    await settle();
    const ping = jest.spyOn(connection, 'ping');
    startHeartbeat(connection, wheel, 25_000);
    for (let i = 1; i <= 4; i++) {
      await jest.advanceTimersByTimeAsync(25_500);
      expect(ping).toHaveBeenCalledTimes(i);
      connection.heardAt = performance.now();
    }
    await jest.advanceTimersByTimeAsync(49_500);
    expect(ws.code).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ws.code).toBe(4009);
    wheel.stop();
  });
});
