import { describe, expect, it } from '@jest/globals';
import { ClientStage, ROOM, texts } from '../testing/client-stage.js';
import { until } from '../testing/protocol-server.js';

const stage = new ClientStage();

/** The cursors of the subscribes that have come to the server. */
const subscribes = () => stage.server.frames.flatMap(({ frame }) => (frame.type === 'room.subscribe' ? [frame.since] : []));

describe('subscription', () => {
  it('takes the snapshot, then live messages', async () => {
    stage.server.post(ROOM, 'old');
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    const live: string[] = [];
    sub.on('message', (message) => live.push(message.text));
    stage.server.post(ROOM, 'new');
    await until('the event', () => live.length === 1);
    expect(texts(sub.messages)).toEqual(['old', 'new']);
  });

  it('begins with what an earlier run remembered, and is told only what is newer', async () => {
    stage.server.post(ROOM, 'one');
    stage.server.post(ROOM, 'two');
    await stage.brook.connect();
    const remembered = (await stage.brook.subscribe(ROOM)).memory(1);
    stage.server.post(ROOM, 'three');
    const second = stage.client();
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
    stage.server.post(ROOM, 'one');
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    const live: string[] = [];
    sub.on('message', (message) => live.push(message.text));
    stage.server.muteEvents = true;
    stage.server.post(ROOM, 'two');
    stage.server.edit(ROOM, 1, 'one, edited');
    stage.server.muteEvents = false;
    stage.server.cut();
    await until('the resume', () => sub.messages.length === 2 && sub.state.status === 'live');
    expect(texts(sub.messages)).toEqual(['one, edited', 'two']);
    expect(live).toEqual(['two']);
    expect(subscribes()).toEqual([undefined, 1]);
  });

  it('closes a hole that the server left', async () => {
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    stage.server.muteEvents = true;
    stage.server.post(ROOM, 'lost');
    stage.server.muteEvents = false;
    stage.server.post(ROOM, 'heard');
    await until('both', () => sub.messages.length === 2);
    expect(texts(sub.messages)).toEqual(['lost', 'heard']);
  });

  it('starts anew when the database was restored, whatever the cursor of before was answered with', async () => {
    stage.server.post(ROOM, 'one');
    stage.server.post(ROOM, 'lost with the restore');
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    const live: string[] = [];
    sub.on('message', (message) => live.push(message.text));
    stage.server.muteEvents = true;
    stage.server.rooms.clear();
    for (const text of ['other', 'two', 'three']) stage.server.post(ROOM, text);
    stage.server.era = 'era-2';
    stage.server.cut(4000);
    await until('the new snapshot', () => texts(sub.messages).join() === 'other,two,three' && sub.state.status === 'live');
    expect(live).toEqual(['three']);
    expect(subscribes()).toEqual([undefined, 2, undefined]);
  });

  it('asks right behind the hello, and not again at the welcome', async () => {
    stage.server.post(ROOM, 'one');
    const sub = stage.brook.watch(ROOM);
    await stage.brook.connect();
    await sub.ready();
    // Both may lie between two looks.
    const states: string[] = [];
    sub.on('change', () => states.push(sub.state.status));
    stage.server.cut();
    await until('the break and the resume', () => states.includes('stale') && sub.state.status === 'live');
    expect(subscribes()).toEqual([undefined, 1]);
  });

  it('is given back, and taken again, before the server has said welcome', async () => {
    stage.server.slow = true;
    const sub = stage.brook.watch(ROOM);
    const connected = stage.brook.connect();
    await until('the subscribe', () => subscribes().length === 1);
    sub.close();
    await until('the unsubscribe', () => stage.server.frames.some(({ frame }) => frame.type === 'room.unsubscribe'));
    const again = stage.brook.watch(ROOM);
    stage.server.slow = false;
    await connected;
    await again.ready();
    stage.server.post(ROOM, 'heard');
    await until('the event', () => texts(again.messages).join() === 'heard');
    expect(subscribes()).toHaveLength(2);
  });

  it('waits for the next connection where its hello is refused', async () => {
    const sub = stage.brook.watch(ROOM);
    stage.server.refuseHellos = 1;
    await stage.brook.connect();
    await sub.ready();
    expect(subscribes()).toEqual([undefined, undefined]);
    expect(stage.server.refreshes).toBe(1);
  });

  it('loads older pages, one at a time', async () => {
    for (let n = 1; n <= 120; n++) stage.server.post(ROOM, `m${n}`);
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    await Promise.all([sub.loadOlder(), sub.loadOlder()]);
    expect(sub.messages.map((message) => message.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 21));
    await sub.loadOlder();
    expect(sub.hasOlder).toBe(false);
  });

  it('is asked for once, by however many holders, and taken up where it was left', async () => {
    await stage.brook.connect();
    const one = await stage.brook.subscribe(ROOM);
    const two = await stage.brook.subscribe(ROOM);
    expect(two).toBe(one);
    one.close();
    two.close();
    stage.server.post(ROOM, 'meanwhile');
    const again = await stage.brook.subscribe(ROOM);
    expect(texts(again.messages)).toEqual(['meanwhile']);
    expect(subscribes()).toHaveLength(2);
  });

  it('knows who is online, anew after each break', async () => {
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    stage.server.tellAll({ type: 'presence', roomId: ROOM, userId: 'bob', online: true });
    await until('bob', () => sub.online.has('bob'));
    stage.server.cut();
    await until('nobody known', () => sub.online.size === 0 && sub.state.status === 'live');
  });

  it('is refused where the server says so', async () => {
    await stage.brook.connect();
    stage.server.faults = [{ type: 'room.subscribe', code: 'forbidden' }];
    await expect(stage.brook.subscribe(ROOM)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
