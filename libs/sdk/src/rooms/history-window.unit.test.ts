import { describe, expect, test } from '@jest/globals';
import type { History, Message } from '@brook/common/contracts';
import type { HistoryOptions } from '../rest/rooms-api.js';
import { type HistoryPlace, HistoryWindow } from './history-window.js';
import { Quotes } from './quotes.js';

const message = (seq: number, rev = seq, text = `m${seq}`): Message => ({
  id: `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
  roomId: 'room',
  seq,
  rev,
  clientId: 'c',
  sender: { id: 'ada', username: 'ada', displayName: 'Ada', avatarUrl: null },
  text,
  replyTo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  reactions: [],
});

/** A room of so many messages, as the server would page it; `hold` keeps answers back until it is called. */
class Room {
  readonly stored: Message[];
  asked = 0;
  #gate: Promise<void> = Promise.resolve();

  constructor(count: number) {
    this.stored = Array.from({ length: count }, (_, i) => message(i + 1));
  }

  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  async history(_roomId: string, { before, after, around, unread, at, limit = 50 }: HistoryOptions = {}): Promise<History> {
    this.asked++;
    const lastSeq = this.stored.length;
    const anchor = unread ? 4 : at ? 6 : around;
    const first =
      before !== undefined
        ? Math.max(1, before - limit)
        : after !== undefined
          ? after + 1
          : Math.max(1, (anchor ?? 1) - (limit >> 1));
    const last = before !== undefined ? before - 1 : first + limit - 1;
    const items = this.stored.filter(({ seq }) => seq >= first && seq <= last);
    await this.#gate;
    return { items, lastSeq, lastRev: lastSeq, ...(around === undefined && anchor !== undefined ? { anchor } : {}) };
  }
}

async function open(room: Room, place: HistoryPlace, limit = 4): Promise<HistoryWindow> {
  const window = new HistoryWindow({ roomId: 'room', rooms: room, closed: () => undefined });
  await window.open(place, limit);
  return window;
}
const seqs = ({ messages }: HistoryWindow) => messages.map(({ seq }) => seq);

describe('a window', () => {
  test('opens at its place and grows at both ends up to the room’s', async () => {
    const window = await open(new Room(10), { seq: 5 });
    expect([window.anchor, seqs(window), window.hasOlder, window.hasNewer]).toEqual([5, [3, 4, 5, 6], true, true]);
    await window.loadOlder(4);
    await window.loadNewer(10);
    expect([seqs(window), window.hasOlder, window.hasNewer]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false, false]);
    expect((await open(new Room(10), 'unread')).anchor).toBe(4);
    expect((await open(new Room(10), { at: '2026-01-01' })).anchor).toBe(6);
  });

  test('takes changes of what it shows, and new messages only where they follow on', async () => {
    const window = await open(new Room(10), { seq: 5 });
    window.changed(message(4, 11, 'edited'));
    window.changed(message(4, 4, 'an old state'));
    window.changed(message(11));
    expect(window.messages[1]?.text).toBe('edited');
    expect([seqs(window), window.hasNewer]).toEqual([[3, 4, 5, 6], true]);
    const end = await open(new Room(6), { seq: 6 });
    end.changed(message(7));
    expect([seqs(end).at(-1), end.hasNewer]).toEqual([7, false]);
  });

  test('a change that comes while a page is on its way is not undone by the page', async () => {
    const room = new Room(10);
    const window = await open(room, { seq: 5 });
    const release = room.hold();
    const loading = window.loadNewer(4);
    window.changed(message(8, 12, 'edited'));
    window.changed(message(11));
    release();
    await loading;
    expect(window.messages.find(({ seq }) => seq === 8)?.text).toBe('edited');
    expect(seqs(window)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('reads again what it shows when changes may have been missed', async () => {
    const room = new Room(10);
    const window = await open(room, { seq: 5 });
    room.stored[3] = message(4, 20, 'edited meanwhile');
    await window.refresh();
    expect(window.messages.map(({ text }) => text)).toEqual(['m3', 'edited meanwhile', 'm5', 'm6']);
  });
});

test('a quote is fetched once, follows changes, and is fetched anew after a snapshot', async () => {
  const room = new Room(3);
  let changes = 0;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const quotes = new Quotes({ roomId: 'room', rooms: room, changed: () => changes++ });
  expect([quotes.get(2), quotes.get(2)]).toEqual([undefined, undefined]);
  await settled();
  expect([quotes.get(2)?.text, room.asked, changes]).toEqual(['m2', 1, 1]);
  quotes.changed(message(2, 9, 'edited'));
  quotes.changed(message(3, 10, 'nobody quotes it'));
  expect([quotes.get(2)?.text, changes]).toEqual(['edited', 2]);
  quotes.forget();
  expect(quotes.get(2)).toBeUndefined();
  await settled();
  expect(quotes.get(9)).toBeUndefined();
  await settled();
  expect([quotes.get(9), room.asked]).toEqual([null, 3]);
});
