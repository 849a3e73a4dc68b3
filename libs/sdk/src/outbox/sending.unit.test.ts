import { describe, expect, it } from '@jest/globals';
import { memoryStorage } from '../storage/memory-storage.js';
import { ClientStage, ROOM } from '../testing/client-stage.js';
import { until } from '../testing/protocol-server.js';

const stage = new ClientStage();

describe('outbox', () => {
  it('resolves with the stored message', async () => {
    await stage.brook.connect();
    expect(await stage.brook.send(ROOM, 'hi')).toMatchObject({ seq: 1, text: 'hi' });
    expect(stage.brook.outbox.entries(ROOM)).toEqual([]);
  });

  it('holds messages until there is a connection, and keeps their order', async () => {
    const sent = ['a', 'b', 'c'].map((text) => stage.brook.send(ROOM, text));
    expect(stage.brook.outbox.entries(ROOM).map((entry) => entry.state)).toEqual(['sending', 'sending', 'sending']);
    await stage.brook.connect();
    await Promise.all(sent);
    expect(stage.stored()).toEqual(['a', 'b', 'c']);
  });

  it('sends again under the same clientId when the ack was lost', async () => {
    await stage.brook.connect();
    stage.server.loseAcks = true;
    const sent = stage.brook.send(ROOM, 'once');
    await until('stored', () => stage.server.room(ROOM).messages.length === 1);
    stage.server.loseAcks = false;
    stage.server.cut();
    expect((await sent).seq).toBe(1);
    expect(stage.stored()).toEqual(['once']);
  });

  it('keeps the order when one amid many is refused', async () => {
    await stage.brook.connect();
    stage.server.faults = [{ type: 'message.send', code: 'rate_limited', retryAfterMs: 30 }];
    const wanted = Array.from({ length: 12 }, (_, i) => `m${i}`);
    await Promise.all(wanted.map((text) => stage.brook.send(ROOM, text)));
    expect(stage.stored()).toEqual(wanted);
  });

  it('fails a message that is refused for good, goes on, and sends it again when asked to', async () => {
    await stage.brook.connect();
    stage.server.faults = [{ type: 'message.send', code: 'forbidden' }];
    const refused = stage.brook.send(ROOM, 'refused');
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    for (const peer of stage.server.peers) peer.refused.clear();
    await stage.brook.send(ROOM, 'next');
    const [entry] = stage.brook.outbox.entries(ROOM);
    expect(entry).toMatchObject({ state: 'failed', text: 'refused' });
    await stage.brook.outbox.retry(entry?.clientId ?? '');
    expect(stage.stored()).toEqual(['next', 'refused']);
  });

  it('shows a message as sent until its event arrives', async () => {
    await stage.brook.connect();
    const sub = await stage.brook.subscribe(ROOM);
    stage.server.muteEvents = true;
    await stage.brook.send(ROOM, 'hi');
    expect(stage.brook.outbox.entries(ROOM).map((entry) => entry.state)).toEqual(['sent']);
    stage.server.muteEvents = false;
    stage.server.post(ROOM, 'wakes the hole');
    await until('resumed', () => sub.messages.length === 2);
    expect(stage.brook.outbox.entries(ROOM)).toEqual([]);
  });

  it('survives the end of its process, and does not store twice', async () => {
    const storage = memoryStorage();
    const first = stage.client({ storage });
    await first.signUp({ username: 'alice', password: 'correct horse' });
    await first.connect();
    stage.server.loseAcks = true;
    const lost = first.send(ROOM, 'one');
    await until('stored', () => stage.server.room(ROOM).messages.length === 1);
    await Promise.all([first.close(), expect(lost).rejects.toMatchObject({ code: 'closed' })]);
    stage.server.loseAcks = false;
    const second = stage.client({ storage });
    await second.restore();
    const next = second.send(ROOM, 'two');
    await second.connect();
    await next;
    expect(stage.stored()).toEqual(['one', 'two']);
    expect(await storage.loadSends(second.user?.id ?? '')).toEqual([]);
    await second.close();
  });
});
