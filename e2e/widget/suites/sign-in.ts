import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Guest } from '../support/guest.js';
import type { Stage } from '../support/stage.js';

/** Who the visitor is: signing in and out in the widget. */
export function signInSuite(stage: () => Stage): void {
  describe('signing in with GitHub', () => {
    const emails = [{ email: 'ann@example.org', primary: true, verified: true }];
    const enter = (page: Page) => page.locator('brook-widget').getByRole('button', { name: 'Sign in with GitHub' });
    const leave = (page: Page) => page.locator('brook-widget').getByRole('button', { name: 'Sign out' });

    const signIn = async (page: Page): Promise<void> => {
      const opening = page.waitForEvent('popup');
      await enter(page).click();
      const window = await opening;
      await window.getByText(new URL(page.url()).origin).waitFor();
      const closing = window.waitForEvent('close');
      await window.getByRole('link', { name: 'Continue with GitHub' }).click();
      await closing;
      await page.getByText('Signed in as Ann Rivers').waitFor();
    };

    test('under a strict policy a guest keeps the conversation; signed out, another one begins; elsewhere it is there again', async () => {
      stage().github.account = { id: 501, login: 'ann-rivers', name: 'Ann Rivers', emails };
      const { site, snippet, url } = stage();
      const ws = url.replace('http', 'ws');
      const policy = `default-src 'none'; img-src data:; script-src ${url}; connect-src ${url} ${ws}; require-trusted-types-for 'script'`;
      const address = site.page('/members', { headers: { 'content-security-policy': policy }, snippet });
      const { page, problems } = await stage().newPage();
      await page.goto(address);
      const guest = new Guest(page);
      await guest.open();
      await guest.say('Written as a guest');
      await signIn(page);
      await guest.say('Written as Ann');
      await page.reload();
      await guest.open();
      await page.getByText('Signed in as Ann Rivers').waitFor();
      await guest.bubble('Written as a guest').waitFor();
      await leave(page).click();
      await guest.bubble('Written as a guest').waitFor({ state: 'detached' });
      await guest.say('Nobody in particular');
      await signIn(page);
      await guest.bubble('Written as a guest').waitFor();
      await guest.bubble('Written as Ann').waitFor();
      expect(await guest.bubble('Nobody in particular').count()).toBe(0);
      expect(problems).toEqual([]);
    });

    test('a window that is closed or does not open is answered politely', async () => {
      const guest = await stage().newGuest();
      await guest.open();
      const opening = guest.page.waitForEvent('popup');
      await enter(guest.page).click();
      await (await opening).close();
      await guest.info(/was not finished/).waitFor();
      await guest.page.evaluate(() => {
        window.open = () => null;
      });
      await enter(guest.page).click();
      await guest.info(/allow pop-ups/).waitFor();
      await guest.say('Then without');
      await guest.info(/./).waitFor({ state: 'detached' });
    });

    test('on the server’s own pages, too', async () => {
      stage().github.account = { id: 502, login: 'ann-rivers', name: 'Ann Rivers', emails };
      const guest = await stage().newGuest();
      await guest.open();
      await signIn(guest.page);
    });
  });
}
