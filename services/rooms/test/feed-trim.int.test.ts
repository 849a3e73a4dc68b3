import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { partitionOf, type Room } from '@brook/common/contracts';
import { toPerson } from '../src/profiles.js';
import { ChangeRepository, type RoomsChange } from '../src/repositories/change-repository.js';
import { Harness, newUser, PARTITIONS } from './harness.js';

let rooms: Harness;
let changes: ChangeRepository;
beforeAll(async () => {
  rooms = await Harness.start();
  changes = new ChangeRepository(rooms.prisma);
});
afterAll(() => rooms.stop());

interface Page {
  changes: RoomsChange[];
  trimmed: number;
}

const pageAfter = (room: Room, after: number) =>
  rooms.http.request<Page>('/changes', { query: { partition: partitionOf(room.id, PARTITIONS), after, limit: 1_000 } });

/** What the messages service makes of a feed: who is banned where, and which rooms are gone. */
function project(feed: readonly RoomsChange[]): string[] {
  const facts = new Set<string>();
  for (const { type, key, data } of feed) {
    if (type === 'room.deleted') facts.add(`${key} deleted`);
    if (type === 'ban.added') facts.add(`${key} ${data.userId}`);
    if (type === 'ban.removed') facts.delete(`${key} ${data.userId}`);
  }
  return [...facts].toSorted();
}

const types = (page: Page, room: Room) => page.changes.filter(({ key }) => key === room.id).map(({ type }) => type);

test('old changes go, but for what a reader from the beginning needs; from below, it is told', async () => {
  const owner = newUser();
  const [ann, ben] = [newUser(), newUser()];
  const room = await rooms.createRoom(owner);
  const gone = await rooms.createRoom(owner);
  const ban = (who: typeof ann) => rooms.send('ban.put', room.id, owner, { target: toPerson(who) });
  const lift = (who: typeof ann) => rooms.send('ban.delete', room.id, owner, { userId: who.id });
  for (const who of [ann, ben]) await ban(who);
  for (const who of [ann, ben]) await lift(who);
  await ban(ann);
  await rooms.send('room.delete', gone.id, owner, {});
  await rooms.send('room.update', room.id, owner, { name: 'Renamed' });
  const whole = (await pageAfter(room, 0)).changes;
  expect(await pageAfter(room, 0)).toMatchObject({ trimmed: 0 });

  await changes.trim(PARTITIONS, new Date(Date.now() - 60_000));
  expect((await pageAfter(room, 0)).changes).toEqual(whole);

  // A minute ahead: all of it is old.
  await changes.trim(PARTITIONS, new Date(Date.now() + 60_000));
  const left = await pageAfter(room, 0);
  const head = whole.at(-1)?.n ?? 0;
  expect(types(left, room)).toEqual(['ban.removed', 'ban.added', 'room.updated']);
  expect(left.trimmed).toBe(head - 1);
  expect(project(left.changes)).toEqual(project(whole));
  expect((await pageAfter(gone, 0)).changes.some(({ type, key }) => type === 'room.deleted' && key === gone.id)).toBe(true);

  // A ban that was kept goes when a newer one of that person is old.
  await lift(ann);
  await rooms.send('room.update', room.id, owner, { name: 'Renamed again' });
  await changes.trim(PARTITIONS, new Date(Date.now() + 60_000));
  const later = await pageAfter(room, 0);
  expect(types(later, room)).toEqual(['ban.removed', 'ban.removed', 'room.updated']);
  expect(project(later.changes.filter(({ key }) => key === room.id))).toEqual([]);
  // Whoever stood anywhere before comes to the same.
  for (const cursor of [0, ...whole.map(({ n }) => n)]) {
    const seen = [...whole.filter(({ n }) => n <= cursor), ...(await pageAfter(room, cursor)).changes];
    expect(project(seen)).toEqual(project([...whole, ...later.changes]));
  }
});

test('a change of now is found after a trim, by its number', async () => {
  const owner = newUser();
  const room = await rooms.createRoom(owner);
  await changes.trim(PARTITIONS, new Date(Date.now() + 60_000));
  const { changes: before, trimmed } = await pageAfter(room, 0);
  const head = before.at(-1)?.n ?? 0;
  expect(trimmed).toBeLessThan(head);
  await rooms.send('room.update', room.id, owner, { name: 'New' });
  const page = await pageAfter(room, head);
  expect(page.changes.map(({ n, type }) => [n, type])).toEqual([[head + 1, 'room.updated']]);
  expect(page.trimmed).toBeLessThanOrEqual(head);
});
