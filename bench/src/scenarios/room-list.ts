import { randomUUID } from 'node:crypto';
import { newHistogram, record } from '../measure/histogram.js';
import type { Measurement, Scenario } from '../scenario.js';
import { startBrook } from '../targets/brook.js';
import { forAll, type Rest } from '../targets/rest.js';
import { timeColumns, timeValues } from '../workload.js';

const ROOMS = 500;
const REQUESTS = 500;
const AT_ONCE = 16;
const MEMBER = { username: 'bench-member', password: 'correct horse', tokens: 'body' };

interface Page {
  items: { unread: number; lastMessage: object | null }[];
  nextCursor: string | null;
}

export const scenario: Scenario = {
  title: 'Room list of somebody with 500 rooms',
  description: `Each room with an unread message; ${REQUESTS} requests one after another, warm. One request is one question to the rooms service, and there one SQL statement: rooms, roles, markers, unread and newest messages come out of it together.`,
  columns: timeColumns('page', 'request'),
  async run({ progress }) {
    progress.step('Brook starts');
    const brook = await startBrook();
    try {
      progress.step(`${ROOMS} rooms are made`);
      const me = await fill(brook.rest, brook.owner);
      progress.step('pages are asked for');
      const first = () => brook.rest.call('GET', '/me/rooms', { token: me });
      const hundred = () => brook.rest.call('GET', '/me/rooms?limit=100', { token: me });
      return [
        await measure('`GET /me/rooms` (50 rooms)', REQUESTS, first),
        await measure('`GET /me/rooms?limit=100`', REQUESTS, hundred),
        await measure('all 500 rooms, 5 pages one after another', REQUESTS / 5, () => wholeList(brook.rest, me)),
      ];
    } finally {
      await brook.stop();
    }
  },
};

async function measure(variant: string, requests: number, ask: () => Promise<unknown>): Promise<Measurement> {
  for (let i = 0; i < requests / 10; i++) await ask();
  const times = newHistogram();
  for (let i = 0; i < requests; i++) {
    const begun = performance.now();
    await ask();
    record(times, (performance.now() - begun) * 1000);
  }
  return { target: 'brook', variant, values: timeValues('page', times) };
}

/** Makes the rooms, each with another member and a message that nobody has read. @returns the token of their member */
async function fill(rest: Rest, owner: string): Promise<string> {
  const { accessToken: token } = await rest.call<{ accessToken: string }>('POST', '/users', { body: MEMBER });
  await forAll(Array.from({ length: ROOMS }), AT_ONCE, async (_, i) => {
    const { room } = await rest.call<{ room: { id: string } }>('POST', '/rooms', { token: owner, body: { name: `Room ${i}` } });
    await rest.call('PUT', `/rooms/${room.id}/members/me`, { token });
    const body = { clientId: randomUUID(), text: 'A message of usual length.' };
    await rest.call('POST', `/rooms/${room.id}/messages`, { token: owner, body });
  });
  for (;;) {
    const items = await wholeList(rest, token);
    if (items.length === ROOMS && items.every(({ unread, lastMessage }) => unread === 1 && lastMessage !== null)) return token;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function wholeList(rest: Rest, token: string): Promise<Page['items']> {
  const items: Page['items'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page = await rest.call<Page>('GET', `/me/rooms?limit=100${from}`, { token });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
