import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InternalSearch, Page, SearchHit, User } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { indexedDocuments } from '../src/repositories/search.js';
import { person, type RunningMessages, startMessages, stored } from './support/service.js';

let messages: RunningMessages;
let owner: ReturnType<RunningMessages['newOwner']>;
let ada: User;
let room: string;

beforeAll(async () => {
  messages = await startMessages();
  owner = messages.newOwner();
  await owner.start();
  ada = person();
  room = randomUUID();
}, 60_000);
afterAll(async () => {
  await owner?.stop();
  await messages?.stop();
});

const search = (q: string, rest: Partial<InternalSearch> = {}) =>
  messages.client.request<Page<SearchHit>>('/search', {
    method: 'POST',
    body: { q, scope: { roomId: room }, limit: 50, ...rest },
  });
const marks = ({ items }: Page<SearchHit>) => items.map(({ snippet, ranges }) => ranges.map(([a, b]) => snippet.slice(a, b)));
const say = async (text: string, who = ada, roomId = room) => stored(await messages.gateway.send(roomId, who, text));
/** Everything said before is in the index: the room's indexed rev has come up with its messages. */
const indexed = (roomId = room) =>
  eventually(async () => {
    const rows = await messages.prisma.$queryRawUnsafe<unknown[]>(
      'SELECT 1 FROM counters c JOIN search_rooms s USING (room_id) WHERE room_id = $1::uuid AND rev = last_rev',
      roomId,
    );
    return rows.length === 1;
  });

describe('search', () => {
  test('words by their beginning, parts of two letters anywhere, with the places that match', async () => {
    for (const text of ['The Riverside cafe', '서울대학교에서 만나요', '東京都に住む', 'ＦＵＬＬ width', '길을 잃다'])
      await say(text);
    await indexed();
    expect(marks(await search('river'))).toEqual([['River']]);
    expect(marks(await search('학교'))).toEqual([['학교']]);
    expect(marks(await search('京都'))).toEqual([['京都']]);
    expect(marks(await search('full'))).toEqual([['ＦＵＬＬ']]);
    expect(marks(await search('길'))).toEqual([['길']]);
    expect(marks(await search('side'))).toEqual([]);
    expect(marks(await search('!?'))).toEqual([]);
  });

  test('follows edits, deletions and other senders; a person, a time', async () => {
    const bob = person('bob');
    const first = await say('blue elephant');
    await say('blue whale', bob);
    await messages.gateway.command('message.edit', room, ada, { seq: first.seq, text: 'grey elephant' });
    await indexed();
    expect((await search('blue')).items.map(({ message }) => message.text)).toEqual(['blue whale']);
    expect((await search('elephant', { from: ada.id })).items).toHaveLength(1);
    expect((await search('elephant', { from: bob.id })).items).toHaveLength(0);
    expect((await search('elephant', { before: first.createdAt })).items).toHaveLength(0);
    expect((await search('elephant', { after: first.createdAt })).items).toHaveLength(1);
    await messages.gateway.command('message.delete', room, ada, { seq: first.seq, moderator: false });
    // Gone at once, though its document may not be yet.
    expect((await search('elephant')).items).toHaveLength(0);
    await indexed();
    expect((await search('elephant')).items).toHaveLength(0);
  });

  test('pages hold every message once, the newest first, and a bad cursor is refused', async () => {
    for (let i = 0; i < 7; i++) await say(`needle ${i}`);
    await indexed();
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await search('needle', { limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ message }) => message.text));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `needle ${i}`));
    await expect(search('needle', { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('a person finds what is public and what is theirs, not what they are banned from', async () => {
    const [other, word] = [randomUUID(), `w${randomUUID().slice(0, 8)}`];
    await say(word);
    await say(word, ada, other);
    await indexed();
    await indexed(other);
    const reader = randomUUID();
    const all = () => search(word, { scope: { userId: reader, memberOf: [] } });
    expect((await all()).items).toHaveLength(2);
    await messages.prisma.ban.create({ data: { roomId: other, userId: reader } });
    expect((await all()).items.map(({ message }) => message.roomId)).toEqual([room]);
    // A private room's documents lack what the others have in common.
    await messages.prisma.searchRoom.update({ where: { roomId: room }, data: { public: false } });
    await messages.prisma.$executeRawUnsafe(
      `UPDATE search_documents SET lexemes = ts_delete(lexemes, ':p') WHERE room_id = $1::uuid`,
      room,
    );
    expect((await all()).items).toHaveLength(0);
    expect((await search(word, { scope: { userId: reader, memberOf: [room] } })).items).toHaveLength(1);
  });

  test('the index finds what the walk finds', async () => {
    const word = `x${randomUUID().slice(0, 8)}`;
    const said = [await say(word), await say(word)];
    await indexed();
    const query = { tsquery: `'${word}'`, roomId: undefined, from: undefined, until: undefined, not: [], below: undefined };
    const { places, end } = await indexedDocuments(messages.prisma, query, 10);
    expect(places.map(({ seq }) => seq)).toEqual(said.map(({ seq }) => seq).reverse());
    expect(end).toBeUndefined();
  });

  test('what was stored while nobody indexed is found after the next take-over', async () => {
    await owner.stop();
    await messages.prisma.$executeRawUnsafe('DELETE FROM search_documents WHERE room_id = $1::uuid', room);
    await messages.prisma.$executeRawUnsafe('UPDATE search_rooms SET rev = 0 WHERE room_id = $1::uuid', room);
    owner = messages.newOwner();
    await owner.start();
    await indexed();
    expect((await search('학교')).items).toHaveLength(1);
  });

  test('more messages than one turn and one statement take are all found, in each of their rooms', async () => {
    const places = [randomUUID(), randomUUID(), randomUUID()];
    const counts = [260, 70, 1];
    for (const [at, place] of places.entries()) {
      const texts = Array.from({ length: counts[at] as number }, (_, i) => `backlog ${i}`);
      await Promise.all(texts.map((text) => say(text, person(), place)));
    }
    for (const [at, place] of places.entries()) {
      await indexed(place);
      const documents = await messages.prisma.$queryRawUnsafe<unknown[]>(
        'SELECT 1 FROM search_documents WHERE room_id = $1::uuid',
        place,
      );
      expect(documents).toHaveLength(counts[at] as number);
    }
  });
});

describe('jumps', () => {
  test('to a time: the first message from it on, with its seq; past the end the latest page', async () => {
    const place = randomUUID();
    for (let i = 1; i <= 9; i++) await say(`m${i}`, ada, place);
    await messages.prisma.$executeRawUnsafe(
      `UPDATE messages SET created_at = '2026-01-01T00:00:00Z'::timestamptz + seq * interval '1 day' WHERE room_id = $1::uuid`,
      place,
    );
    const at = (time: string) =>
      messages.client.request<{ items: { seq: number }[]; anchor: number | null }>(`/rooms/${place}/messages`, {
        query: { at: time, limit: 4 },
      });
    const seqs = async (time: string) => {
      const { items, anchor } = await at(time);
      return [anchor, ...items.map(({ seq }) => seq)];
    };
    expect(await seqs('2026-01-05T00:00:00Z')).toEqual([4, 2, 3, 4, 5]);
    expect(await seqs('2026-01-05T00:00:01+00:00')).toEqual([5, 3, 4, 5, 6]);
    expect(await seqs('2025-01-01')).toEqual([1, 1, 2, 3, 4]);
    expect(await seqs('2027-01-01')).toEqual([null, 6, 7, 8, 9]);
    await expect(at('2026-13-01')).rejects.toMatchObject({ code: 'validation_failed' });
  });
});
