import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Guest } from '../support/guest.js';
import { ADMIN, answer, openConversation, type Stage } from '../support/stage.js';

const ZONE = 'Asia/Seoul';
const HOUR_MS = 3_600_000;
/** Milliseconds that the zone is ahead of UTC, the whole year. */
const AHEAD_MS = 9 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

/** The days in Seoul, from the one that is there now. */
const midnight = Math.floor((Date.now() + AHEAD_MS) / DAY_MS) * DAY_MS - AHEAD_MS;
const moment = (daysAgo: number, hours: number, minutes: number) =>
  new Date(midnight - daysAgo * DAY_MS + hours * HOUR_MS + minutes * 60_000).toISOString();
const longDate = (daysAgo: number) =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: ZONE }).format(midnight - daysAgo * DAY_MS);

/** When each was written, to the visitor's eyes: no server can be made to wait for days. */
const TIMES: Record<string, string> = {
  'The day before yesterday': moment(2, 10, 0),
  'Late, first': moment(1, 23, 57),
  'Late, second': moment(1, 23, 58),
  'Past midnight': moment(0, 0, 1),
  'Good morning': moment(0, 9, 0),
  'And a correction': moment(0, 9, 6),
};

const redate = (json: string): string =>
  JSON.stringify(
    JSON.parse(json, (_key, value: unknown) => {
      const createdAt = TIMES[(value as { text?: string } | null)?.text ?? ''];
      return createdAt ? { ...(value as object), createdAt } : value;
    }),
  );

/** From now on the page hears of those times; it is noon there. */
async function turnBack(page: Page): Promise<void> {
  await page.clock.setFixedTime(new Date(moment(0, 12, 0)));
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(redate(String(message))));
  });
  await page.route('**/api/v1/rooms/*/messages?*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: redate(await response.text()) });
  });
}

/** Everything in the log, from its top: headings of days, names, texts, times. */
const drawn = async (page: Page): Promise<string[]> => {
  const parts = page.locator('brook-widget .log').locator('.day, .who, .text, .meta');
  const lines = await parts.evaluateAll((all) => all.map((part) => `${part.classList[0]}: ${part.textContent}`));
  return lines.map((line) => line.replaceAll(/\s/g, ' '));
};

/** The transcript, line by line. */
async function download(page: Page): Promise<string[]> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download transcript' }).click();
  const text = await readFile(await (await coming).path(), 'utf8');
  return text
    .trimEnd()
    .replaceAll(/[^\S\n]/g, ' ')
    .split('\n');
}

/** What was said, as the visitor reads and keeps it. */
export function logSuite(stage: () => Stage): void {
  describe('the visitor’s log', () => {
    test('a heading for each day, one name and time a group; the transcript holds it all', async () => {
      const { admin, url, newPage, api } = stage();
      const { page } = await newPage({ timezoneId: ZONE });
      await page.goto(`${url}/demo/weir.html`);
      const guest = new Guest(page);
      await guest.open();
      for (const text of Object.keys(TIMES).slice(0, 4)) await guest.say(text);
      await openConversation(admin, 'Past midnight');
      for (const text of ['Good morning', 'And a correction']) {
        await answer(admin, text);
        await guest.bubble(text).waitFor();
      }
      await turnBack(page);
      await page.reload();
      await guest.open();
      await guest.bubble('And a correction').waitFor();
      expect(await drawn(page)).toEqual([
        `day: ${longDate(2)}`,
        'text: The day before yesterday',
        'meta: 10:00 AM',
        'day: Yesterday',
        'text: Late, first',
        'text: Late, second',
        'meta: 11:58 PM',
        'day: Today',
        'text: Past midnight',
        'meta: 12:01 AM · Read',
        `who: ${ADMIN}`,
        'text: Good morning',
        'meta: 9:00 AM',
        `who: ${ADMIN}`,
        'text: And a correction',
        'meta: 9:06 AM',
      ]);

      const roomId = new URL(admin.page.url()).pathname.split('/').at(-1) ?? '';
      await api('DELETE', `/rooms/${roomId}/messages/6`);
      await page.locator('brook-widget .gone').waitFor();
      // More than the panel has loaded.
      const more = Array.from({ length: 110 }, (_, at) => `Note ${at}`);
      await Promise.all(more.map((text) => api('POST', `/rooms/${roomId}/messages`, { clientId: randomUUID(), text })));
      await page.reload();
      await guest.open();
      await page.getByRole('button', { name: 'Earlier messages' }).waitFor();
      const lines = await download(page);
      expect(lines.slice(0, 6)).toEqual([
        `[${longDate(2)} 10:00 AM] You: The day before yesterday`,
        `[${longDate(1)} 11:57 PM] You: Late, first`,
        `[${longDate(1)} 11:58 PM] You: Late, second`,
        `[${longDate(0)} 12:01 AM] You: Past midnight`,
        `[${longDate(0)} 9:00 AM] ${ADMIN}: Good morning`,
        expect.stringMatching(new RegExp(`] ${ADMIN}: Message deleted$`)),
      ]);
      const notes = lines.slice(6).map((line) => line.replace(/^.*?: /, ''));
      expect(notes.toSorted()).toEqual(more.toSorted());
    });
  });
}
