import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Brook, createBrook } from './brook.js';
import type { BrookOptions, Timing } from './options.js';
import { memoryStorage } from './storage/memory-storage.js';
import { ProtocolServer, until } from './testing/protocol-server.js';

const ROOM = '0190aaaa-0000-7000-8000-000000000001';
const quick: Partial<Timing> = { reconnectBaseMs: 20, reconnectCapMs: 50, gapMs: 30, stableMs: 0 };

let server: ProtocolServer;
let brook: Brook;

const client = (options: Partial<BrookOptions> = {}) =>
  createBrook({ url: server.url, webSocket: WebSocket, timing: quick, ...options });
const texts = (messages: readonly { text: string }[]) => messages.map((message) => message.text);
const stored = () => texts(server.room(ROOM).messages);

beforeEach(async () => {
  server = await ProtocolServer.start();
  brook = client();
  await brook.signUp({ username: 'alice', password: 'correct horse' });
});

afterEach(async () => {
  await brook.close();
  await server.stop();
});

describe('connection', () => {
  it('greets, and comes back after the socket was cut', async () => {
    await brook.connect();
    server.cut();
    await until('the second welcome', () => server.frames.filter(({ frame }) => frame.type === 'hello').length === 2);
    await until('online', () => brook.state.status === 'online');
  });

  it('stays away after 4503', async () => {
    await brook.connect();
    server.cut(4503);
    await until('closed', () => brook.state.status === 'closed');
    expect(brook.state).toMatchObject({ code: 4503 });
    expect(brook.user).not.toBeNull();
  });

  it('renews its token once after 4501', async () => {
    server.tokens.clear();
    await brook.connect();
    expect(server.refreshes).toBe(1);
  });

  it('is signed out after 4510', async () => {
    await brook.connect();
    const out = new Promise((resolve) => brook.on('user', resolve));
    server.cut(4510);
    expect(await out).toBeNull();
    await expect(brook.connect()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('waits as long as goodbye says', async () => {
    await brook.connect();
    const waits: number[] = [];
    brook.on('state', (state) => {
      if (state.status === 'waiting') waits.push(state.retryAt - Date.now());
    });
    server.tellAll({ type: 'goodbye', reason: 'drain', reconnectAfterMs: 200 });
    server.cut(4001);
    await until('waiting', () => waits.length === 1);
    expect(waits[0]).toBeGreaterThanOrEqual(195);
    await until('online', () => brook.state.status === 'online');
  });

  it('notices a half-open socket', async () => {
    const watchful = client({ timing: { ...quick, silenceMs: 50, probeMs: 50 } });
    await watchful.signUp({ username: 'alice', password: 'correct horse' });
    await watchful.connect();
    server.deaf = true;
    await until('lost', () => watchful.state.status !== 'online');
    server.deaf = false;
    watchful.reconnectNow();
    await until('online again', () => watchful.state.status === 'online');
    await watchful.close();
  });

  it('extends its session in place before the token expires', async () => {
    server.expiresIn = 1;
    const short = client({ timing: { ...quick, renewBeforeMs: 900 } });
    await short.signUp({ username: 'alice', password: 'correct horse' });
    await short.connect();
    await until('auth', () => server.frames.some(({ frame }) => frame.type === 'auth'));
    expect(server.frames.filter(({ frame }) => frame.type === 'hello')).toHaveLength(1);
    await short.close();
  });
});

describe('session', () => {
  it('is restored from the storage, with one renewal for many callers', async () => {
    const storage = memoryStorage();
    const first = client({ storage });
    await first.signUp({ username: 'alice', password: 'correct horse' });
    await first.close();
    const second = client({ storage });
    expect((await second.restore())?.username).toBe('alice');
    expect(server.refreshes).toBe(1);
    await second.close();
  });

  it('tells who it was before the server has answered, and takes it back where the session is over', async () => {
    const storage = memoryStorage();
    await storage.saveSession({ userId: 'u', refreshToken: 'nobody', user: brook.user });
    const second = client({ storage });
    const heard: (string | undefined)[] = [];
    second.on('user', (user) => heard.push(user?.username));
    expect(await second.restore()).toBeNull();
    expect(heard).toEqual(['alice', undefined]);
    await second.close();
  });

  it('has nothing to restore where nobody was signed in', async () => {
    expect(await client().restore()).toBeNull();
    expect(server.refreshes).toBe(0);
  });
});

describe('subscription', () => {
  it('takes the snapshot, then live messages', async () => {
    server.post(ROOM, 'old');
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    const live: string[] = [];
    sub.on('message', (message) => live.push(message.text));
    server.post(ROOM, 'new');
    await until('the event', () => live.length === 1);
    expect(texts(sub.messages)).toEqual(['old', 'new']);
  });

  it('begins with what an earlier run remembered, and is told only what is newer', async () => {
    server.post(ROOM, 'one');
    server.post(ROOM, 'two');
    await brook.connect();
    const remembered = (await brook.subscribe(ROOM)).memory(1);
    server.post(ROOM, 'three');
    const second = client();
    await second.signUp({ username: 'alice', password: 'correct horse' });
    const sub = second.watch(ROOM, remembered ?? undefined);
    expect([texts(sub.messages), sub.state.status, sub.hasOlder]).toEqual([['two'], 'stale', true]);
    const news: string[] = [];
    sub.on('message', (message) => news.push(message.text));
    await second.connect();
    await sub.ready();
    expect([texts(sub.messages), news]).toEqual([['two', 'three'], ['three']]);
    await second.close();
  });

  it('resumes after a cut with what it missed, each message once', async () => {
    server.post(ROOM, 'one');
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    const live: string[] = [];
    sub.on('message', (message) => live.push(message.text));
    server.muteEvents = true;
    server.post(ROOM, 'two');
    server.edit(ROOM, 1, 'one, edited');
    server.muteEvents = false;
    server.cut();
    await until('the resume', () => sub.messages.length === 2 && sub.state.status === 'live');
    expect(texts(sub.messages)).toEqual(['one, edited', 'two']);
    expect(live).toEqual(['two']);
    const asked = server.frames.flatMap(({ frame }) => (frame.type === 'room.subscribe' ? [frame.since] : []));
    expect(asked).toEqual([undefined, 1]);
  });

  it('closes a hole that the server left', async () => {
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    server.muteEvents = true;
    server.post(ROOM, 'lost');
    server.muteEvents = false;
    server.post(ROOM, 'heard');
    await until('both', () => sub.messages.length === 2);
    expect(texts(sub.messages)).toEqual(['lost', 'heard']);
  });

  it('starts anew when the database was restored', async () => {
    server.post(ROOM, 'one');
    server.post(ROOM, 'lost with the restore');
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    server.rooms.clear();
    server.post(ROOM, 'other');
    server.era = 'era-2';
    server.cut(4000);
    await until('the new snapshot', () => texts(sub.messages).join() === 'other');
  });

  it('loads older pages, one at a time', async () => {
    for (let n = 1; n <= 120; n++) server.post(ROOM, `m${n}`);
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    await Promise.all([sub.loadOlder(), sub.loadOlder()]);
    expect(sub.messages.map((message) => message.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 21));
    await sub.loadOlder();
    expect(sub.hasOlder).toBe(false);
  });

  it('is asked for once, by however many holders, and taken up where it was left', async () => {
    await brook.connect();
    const one = await brook.subscribe(ROOM);
    const two = await brook.subscribe(ROOM);
    expect(two).toBe(one);
    one.close();
    two.close();
    server.post(ROOM, 'meanwhile');
    const again = await brook.subscribe(ROOM);
    expect(texts(again.messages)).toEqual(['meanwhile']);
    const asked = server.frames.filter(({ frame }) => frame.type === 'room.subscribe');
    expect(asked).toHaveLength(2);
  });

  it('knows who is online, anew after each break', async () => {
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    server.tellAll({ type: 'presence', roomId: ROOM, userId: 'bob', online: true });
    await until('bob', () => sub.online.has('bob'));
    server.cut();
    await until('nobody known', () => sub.online.size === 0 && sub.state.status === 'live');
  });

  it('is refused where the server says so', async () => {
    await brook.connect();
    server.faults = [{ type: 'room.subscribe', code: 'forbidden' }];
    await expect(brook.subscribe(ROOM)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('outbox', () => {
  it('resolves with the stored message', async () => {
    await brook.connect();
    expect(await brook.send(ROOM, 'hi')).toMatchObject({ seq: 1, text: 'hi' });
    expect(brook.outbox.entries(ROOM)).toEqual([]);
  });

  it('holds messages until there is a connection, and keeps their order', async () => {
    const sent = ['a', 'b', 'c'].map((text) => brook.send(ROOM, text));
    expect(brook.outbox.entries(ROOM).map((entry) => entry.state)).toEqual(['sending', 'sending', 'sending']);
    await brook.connect();
    await Promise.all(sent);
    expect(stored()).toEqual(['a', 'b', 'c']);
  });

  it('sends again under the same clientId when the ack was lost', async () => {
    await brook.connect();
    server.loseAcks = true;
    const sent = brook.send(ROOM, 'once');
    await until('stored', () => server.room(ROOM).messages.length === 1);
    server.loseAcks = false;
    server.cut();
    expect((await sent).seq).toBe(1);
    expect(stored()).toEqual(['once']);
  });

  it('keeps the order when one amid many is refused', async () => {
    await brook.connect();
    server.faults = [{ type: 'message.send', code: 'rate_limited', retryAfterMs: 30 }];
    const wanted = Array.from({ length: 12 }, (_, i) => `m${i}`);
    await Promise.all(wanted.map((text) => brook.send(ROOM, text)));
    expect(stored()).toEqual(wanted);
  });

  it('fails a message that is refused for good, goes on, and sends it again when asked to', async () => {
    await brook.connect();
    server.faults = [{ type: 'message.send', code: 'forbidden' }];
    const refused = brook.send(ROOM, 'refused');
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    for (const peer of server.peers) peer.refused.clear();
    await brook.send(ROOM, 'next');
    const [entry] = brook.outbox.entries(ROOM);
    expect(entry).toMatchObject({ state: 'failed', text: 'refused' });
    await brook.outbox.retry(entry?.clientId ?? '');
    expect(stored()).toEqual(['next', 'refused']);
  });

  it('shows a message as sent until its event arrives', async () => {
    await brook.connect();
    const sub = await brook.subscribe(ROOM);
    server.muteEvents = true;
    await brook.send(ROOM, 'hi');
    expect(brook.outbox.entries(ROOM).map((entry) => entry.state)).toEqual(['sent']);
    server.muteEvents = false;
    server.post(ROOM, 'wakes the hole');
    await until('resumed', () => sub.messages.length === 2);
    expect(brook.outbox.entries(ROOM)).toEqual([]);
  });

  it('survives the end of its process, and does not store twice', async () => {
    const storage = memoryStorage();
    const first = client({ storage });
    await first.signUp({ username: 'alice', password: 'correct horse' });
    await first.connect();
    server.loseAcks = true;
    const lost = first.send(ROOM, 'one');
    await until('stored', () => server.room(ROOM).messages.length === 1);
    await Promise.all([first.close(), expect(lost).rejects.toMatchObject({ code: 'closed' })]);
    server.loseAcks = false;
    const second = client({ storage });
    await second.restore();
    const next = second.send(ROOM, 'two');
    await second.connect();
    await next;
    expect(stored()).toEqual(['one', 'two']);
    expect(await storage.loadSends(second.user?.id ?? '')).toEqual([]);
    await second.close();
  });
});

describe('editing', () => {
  it('asks again on the next connection when one was lost before the answer', async () => {
    await brook.connect();
    await brook.send(ROOM, 'one');
    server.loseAcks = true;
    const edited = brook.edit(ROOM, 1, 'two');
    await until('edited', () => stored()[0] === 'two');
    server.loseAcks = false;
    expect((await edited).text).toBe('two');
  });

  it('asks again a little later when the server could not do it just now', async () => {
    await brook.connect();
    await brook.send(ROOM, 'one');
    server.faults.push({ type: 'message.edit', code: 'unavailable' });
    expect((await brook.edit(ROOM, 1, 'two')).text).toBe('two');
  });

  it('fails at once where there is no connection to wait for, and on a refusal for good', async () => {
    await expect(brook.edit(ROOM, 1, 'two')).rejects.toMatchObject({ code: 'disconnected' });
    await brook.connect();
    server.faults.push({ type: 'message.edit', code: 'forbidden' });
    await expect(brook.edit(ROOM, 1, 'two')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
