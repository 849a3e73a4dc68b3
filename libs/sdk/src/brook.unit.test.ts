import { describe, expect, it } from '@jest/globals';
import { memoryStorage } from './storage/memory-storage.js';
import { ClientStage, QUICK, ROOM } from './testing/client-stage.js';
import { until } from './testing/protocol-server.js';

const stage = new ClientStage();

describe('connection', () => {
  it('greets, and comes back after the socket was cut', async () => {
    await stage.brook.connect();
    stage.server.cut();
    await until('the second welcome', () => stage.server.frames.filter(({ frame }) => frame.type === 'hello').length === 2);
    await until('online', () => stage.brook.state.status === 'online');
  });

  it('stays away after 4503', async () => {
    await stage.brook.connect();
    stage.server.cut(4503);
    await until('closed', () => stage.brook.state.status === 'closed');
    expect(stage.brook.state).toMatchObject({ code: 4503 });
    expect(stage.brook.user).not.toBeNull();
  });

  it('renews its token once after 4501', async () => {
    stage.server.tokens.clear();
    await stage.brook.connect();
    expect(stage.server.refreshes).toBe(1);
  });

  it('is signed out after 4510', async () => {
    await stage.brook.connect();
    const out = new Promise((resolve) => stage.brook.on('user', resolve));
    stage.server.cut(4510);
    expect(await out).toBeNull();
    await expect(stage.brook.connect()).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('takes over what welcome says of the person', async () => {
    await stage.brook.connect();
    const told = new Promise((resolve) => stage.brook.on('user', resolve));
    for (const [token, user] of stage.server.tokens) stage.server.tokens.set(token, { ...user, role: 'admin' });
    stage.server.cut(4000);
    expect(await told).toMatchObject({ role: 'admin' });
    expect(stage.brook.user?.role).toBe('admin');
  });

  it('waits as long as goodbye says', async () => {
    await stage.brook.connect();
    const waits: number[] = [];
    stage.brook.on('state', (state) => {
      if (state.status === 'waiting') waits.push(state.retryAt - Date.now());
    });
    stage.server.tellAll({ type: 'goodbye', reason: 'drain', reconnectAfterMs: 200 });
    stage.server.cut(4001);
    await until('waiting', () => waits.length === 1);
    expect(waits[0]).toBeGreaterThanOrEqual(195);
    await until('online', () => stage.brook.state.status === 'online');
  });

  it('notices a half-open socket', async () => {
    const watchful = stage.client({ timing: { ...QUICK, silenceMs: 50, probeMs: 50 } });
    await watchful.signUp({ username: 'alice', password: 'correct horse' });
    await watchful.connect();
    stage.server.deaf = true;
    await until('lost', () => watchful.state.status !== 'online');
    stage.server.deaf = false;
    watchful.reconnectNow();
    await until('online again', () => watchful.state.status === 'online');
    await watchful.close();
  });

  it('extends its session in place before the token expires', async () => {
    stage.server.expiresIn = 1;
    const short = stage.client({ timing: { ...QUICK, renewBeforeMs: 900 } });
    await short.signUp({ username: 'alice', password: 'correct horse' });
    await short.connect();
    await until('auth', () => stage.server.frames.some(({ frame }) => frame.type === 'auth'));
    expect(stage.server.frames.filter(({ frame }) => frame.type === 'hello')).toHaveLength(1);
    await short.close();
  });
});

describe('session', () => {
  it('is restored from the storage, with one renewal for many callers', async () => {
    const storage = memoryStorage();
    const first = stage.client({ storage });
    await first.signUp({ username: 'alice', password: 'correct horse' });
    await first.close();
    const second = stage.client({ storage });
    expect((await second.restore())?.username).toBe('alice');
    expect(stage.server.refreshes).toBe(1);
    await second.close();
  });

  it('tells who it was before the server has answered, and takes it back where the session is over', async () => {
    const storage = memoryStorage();
    await storage.saveSession({ userId: 'u', refreshToken: 'nobody', user: stage.brook.user });
    const second = stage.client({ storage });
    const heard: (string | undefined)[] = [];
    second.on('user', (user) => heard.push(user?.username));
    expect(await second.restore()).toBeNull();
    expect(heard).toEqual(['alice', undefined]);
    await second.close();
  });

  it('has nothing to restore where nobody was signed in', async () => {
    expect(await stage.client().restore()).toBeNull();
    expect(stage.server.refreshes).toBe(0);
  });
});

describe('editing', () => {
  it('asks again on the next connection when one was lost before the answer', async () => {
    await stage.brook.connect();
    await stage.brook.send(ROOM, 'one');
    stage.server.loseAcks = true;
    const edited = stage.brook.edit(ROOM, 1, 'two');
    await until('edited', () => stage.stored()[0] === 'two');
    stage.server.loseAcks = false;
    expect((await edited).text).toBe('two');
  });

  it('asks again a little later when the server could not do it just now', async () => {
    await stage.brook.connect();
    await stage.brook.send(ROOM, 'one');
    stage.server.faults.push({ type: 'message.edit', code: 'unavailable' });
    expect((await stage.brook.edit(ROOM, 1, 'two')).text).toBe('two');
  });

  it('fails at once where there is no connection to wait for, and on a refusal for good', async () => {
    await expect(stage.brook.edit(ROOM, 1, 'two')).rejects.toMatchObject({ code: 'disconnected' });
    await stage.brook.connect();
    stage.server.faults.push({ type: 'message.edit', code: 'forbidden' });
    await expect(stage.brook.edit(ROOM, 1, 'two')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
