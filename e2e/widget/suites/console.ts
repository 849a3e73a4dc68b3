import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Brook, createBrook } from '@brook/sdk';
import type { Locator, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { PASSWORD, type Visitor } from '../../browser/support/visitor.js';
import { seriousFaults } from '../support/axe.js';
import { Guest } from '../support/guest.js';
import { ADMIN, type Stage } from '../support/stage.js';

/** The one row of a list that is left when it was searched. */
async function find(page: Page, name: string): Promise<Locator> {
  await page.getByRole('searchbox', { name: 'Search' }).fill(name);
  const row = page.getByRole('row').filter({ has: page.getByRole('cell', { name: new RegExp(name) }) });
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  await row.waitFor();
  return row;
}

async function act(page: Page, row: Locator, name: string): Promise<void> {
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

async function enter({ page }: Visitor, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password', { exact: true }).press('Enter');
}

/** Somebody who is only there. */
async function comeOnline(url: string): Promise<Brook> {
  const brook = createBrook({ url, webSocket: WebSocket, tokens: 'body' });
  await brook.guest();
  await brook.connect();
  return brook;
}

/** What a plot draws, and the figure in its name. */
const plot = (page: Page, name: string): Promise<{ drawn: string; value: number }> =>
  page.getByRole('img', { name: new RegExp(`^${name}`) }).evaluate((svg) => ({
    drawn: svg.querySelector('polyline')?.getAttribute('points') ?? svg.innerHTML,
    value: Number(/: (\d+)/.exec(svg.getAttribute('aria-label') ?? '')?.[1]),
  }));

/** What in the page can be scrolled sideways; the row of places may. */
function sideways(): string[] {
  const page = document.scrollingElement as Element;
  const within = [...document.querySelectorAll('main, main *')].filter((element) =>
    /auto|scroll/.test(getComputedStyle(element).overflowX),
  );
  return [page, ...within]
    .filter((element) => element.scrollWidth > element.clientWidth)
    .map((element) => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`);
}

/** What admins do beside answering. */
export function consoleSuite(stage: () => Stage): void {
  describe('the console', () => {
    const crowd: Brook[] = [];
    afterAll(() => Promise.all(crowd.map((each) => each.close())));

    test('acts on people, and the audit log tells: blocked, let in again, put out, made admin and back', async () => {
      const { page } = stage().admin;
      const lena = await stage().newVisitor();
      await lena.join('lena');
      await page.goto('/admin/users');
      const row = await find(page, 'lena');

      await act(page, row, 'Block');
      await row.getByText('Blocked').waitFor();
      await lena.page.waitForURL('**/enter?*');
      await enter(lena, 'lena');
      await lena.page.getByText('This account is blocked.').waitFor();

      await act(page, row, 'Unblock');
      await row.getByText('Active').waitFor();
      await enter(lena, 'lena');
      await lena.page.getByRole('button', { name: 'Account' }).waitFor();

      await act(page, row, 'End sessions');
      await lena.page.waitForURL('**/enter?*');
      await enter(lena, 'lena');
      await lena.page.getByRole('button', { name: 'Account' }).click();
      await lena.page.getByRole('menuitem', { name: 'Settings' }).waitFor();
      expect(await lena.page.getByRole('menuitem', { name: 'Admin console' }).count()).toBe(0);
      // A role comes and goes without a new page.
      await act(page, row, 'Make admin');
      await row.getByText('Admin').waitFor();
      await lena.page.getByRole('menuitem', { name: 'Admin console' }).click();
      await lena.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await act(page, row, 'Take admin role');
      await row.getByText('User').waitFor();
      await lena.page.getByText('This page is for admins.').waitFor();

      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.getByRole('heading', { name: 'Audit log' }).waitFor();
      const lines = page.getByRole('row').filter({ hasText: ADMIN }).filter({ hasText: 'lena' });
      await lines.first().waitFor();
      const actions = await lines.locator('code').allInnerTexts();
      expect(actions).toEqual(['role.changed', 'role.changed', 'sessions.revoked', 'account.unblocked', 'account.blocked']);
      await lena.leave();
    });

    test('finds every room, private ones too, and opens it', async () => {
      const { admin, api } = stage();
      const { room } = (await api('POST', '/rooms', { name: 'Behind the sluice', visibility: 'private' })) as {
        room: { id: string };
      };
      await api('POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'Between us' });
      await admin.page.goto('/admin/rooms');
      const row = await find(admin.page, 'Behind the sluice');
      const cells = row.getByRole('cell');
      expect((await cells.allInnerTexts()).slice(0, 4)).toEqual(['Behind the sluice', 'Group', 'Private', '1']);
      await row.getByRole('link').click();
      await admin.page.getByRole('log').getByText('Between us').waitFor();
    });

    test('fits a phone: nothing scrolls sideways, and tables keep their headers', async () => {
      const { admin, api, newGuest } = stage();
      const { page } = admin;
      const guest = await newGuest();
      await guest.open();
      await guest.page.getByRole('textbox', { name: 'Your name' }).fill('Somebody of a name longer than a phone is wide');
      await guest.say(`https://example.org/${'mill/'.repeat(40)}`);
      await api('POST', '/rooms', { name: `Weir${'weir'.repeat(14)}`, visibility: 'private' });
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto('/admin/conversations');
      await page.getByRole('link', { name: /mill/ }).click();
      await page.getByRole('log').getByText('mill/').waitFor();
      const found = await page.evaluate(sideways);
      for (const name of ['Overview', 'Conversations', 'People', 'Rooms', 'Audit log', 'Widget']) {
        await page.getByRole('navigation').getByRole('link', { name }).first().click();
        await page.getByRole('heading', { level: 1, name }).waitFor();
        await page.locator('main :is(td, li, svg[role=img], iframe)').first().waitFor();
        found.push(...(await page.evaluate(sideways)).map((fault) => `${name}: ${fault}`));
        if (name !== 'People') continue;
        await page.getByRole('columnheader', { name: 'Role' }).waitFor({ state: 'attached' });
        await page.getByRole('cell', { name: 'Admin', exact: true }).first().waitFor();
        found.push(...(await seriousFaults(page)));
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(found).toEqual([]);
    });

    test('shows how the widget will look; what was saved and copied works on the site, and on no other', async () => {
      const { admin, site, newPage } = stage();
      const { page } = admin;
      await page.goto('/admin/widget');
      const preview = page.frameLocator('iframe[title="Preview"]');
      await page.getByLabel('Title').fill('Ask the river');
      await preview.getByRole('heading', { name: 'Ask the river' }).waitFor();
      await page.getByLabel('Greeting').fill('About weirs, too.');
      await preview.getByText('About weirs, too.').waitFor();
      await page.getByLabel('Colour').fill('#116644');
      await page.getByLabel('Position').selectOption('left');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').waitFor();
      const snippet = await page.getByRole('region', { name: 'Snippet' }).innerText();

      const address = site.page('/copied', { snippet });
      const host = await newPage();
      await host.page.goto(address);
      const guest = new Guest(host.page);
      await guest.open();
      await host.page.getByRole('dialog', { name: 'Ask the river' }).getByText('About weirs, too.').waitFor();
      expect(await guest.launch.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe('rgb(17, 102, 68)');
      expect((await host.page.getByRole('dialog').boundingBox())?.x).toBe(20);

      const stranger = await newPage();
      await stranger.page.goto(address.replace('127.0.0.1', 'localhost'));
      const other = new Guest(stranger.page);
      await other.open();
      await other.info(/cannot be reached/).waitFor();
    });

    test('plots what goes on while it goes on', async () => {
      const { admin, api, newPage, url } = stage();
      const { page } = admin;
      await page.goto('/admin');
      const names = ['Messages a minute', 'People online', 'Visitors'];
      await page.getByRole('img', { name: /^Visitors/ }).waitFor();
      const before = await Promise.all(names.map((name) => plot(page, name)));
      for (const service of ['messages', 'rooms', 'users']) await page.getByRole('img', { name: `${service}: 0` }).waitFor();

      // More than those who left a while ago and may go out only now.
      crowd.push(...(await Promise.all(Array.from({ length: 8 }, () => comeOnline(url)))));
      // Another browser is another visitor; who writes is online.
      const somebody = await newPage({ userAgent: 'Mozilla/5.0 (another one)' });
      await somebody.page.goto(`${url}/demo/`);
      const guest = new Guest(somebody.page);
      await guest.open();
      await guest.say('Do the curves move?');
      const { room } = (await api('POST', '/rooms', { name: 'Noise', visibility: 'private' })) as { room: { id: string } };
      const count = (before[0]?.value ?? 0) + 20;
      const sends = Array.from({ length: count }, (_, at) => ({ clientId: randomUUID(), text: `Noise ${at}` }));
      await Promise.all(sends.map((body) => api('POST', `/rooms/${room.id}/messages`, body)));

      await Promise.all(
        names.map((name, at) =>
          page.waitForFunction(
            ([start, least]) => {
              const svg = document.querySelector(`svg[aria-label^="${start}"]`);
              return Number(/: (\d+)/.exec(svg?.getAttribute('aria-label') ?? '')?.[1]) > (least as number);
            },
            [name, before[at]?.value ?? 0],
          ),
        ),
      );
      const after = await Promise.all(names.map((name) => plot(page, name)));
      for (const [at, { drawn, value }] of after.entries()) {
        expect(value).toBeGreaterThan(before[at]?.value ?? 0);
        expect(drawn).not.toBe(before[at]?.drawn);
      }
    });
  });
}
