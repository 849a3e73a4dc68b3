import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Guest } from '../support/guest.js';
import { answer, openConversation, type Stage } from '../support/stage.js';

/** `window.Brook`, and what a page remembers here of its events. */
interface Listening {
  Brook: { open(): void; close(): void; destroy(): void; on(type: string, handler: (detail: unknown) => void): () => void };
  heard: [type: string, detail: unknown][];
  offs: Record<string, () => void>;
}

const listen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { Brook, heard, offs } = Object.assign(window, { heard: [], offs: {} }) as unknown as Listening;
    for (const type of ['open', 'close', 'message', 'unread'])
      offs[type] = Brook.on(type, (detail) => heard.push([type, detail ?? null]));
  });

/** Has the page's script do something. */
const act = (page: Page, what: 'open' | 'close' | 'destroy'): Promise<void> =>
  page.evaluate((name) => (window as unknown as Listening).Brook[name](), what);

const heard = (page: Page): Promise<unknown> => page.evaluate(() => (window as unknown as Listening).heard.splice(0));

const isColoured = (page: Page, selector: string, colour: string): Promise<unknown> =>
  page.waitForFunction(
    ([part, wanted]) => {
      const element = document.querySelector('brook-widget')?.shadowRoot?.querySelector(part as string);
      return element && getComputedStyle(element).backgroundColor === wanted;
    },
    [selector, colour],
  );

const LIGHT = 'rgb(255, 255, 255)';
const DARK = 'rgb(21, 27, 36)';

/** What the page's owner decides: look, place, and a script that listens. */
export function pageScriptSuite(stage: () => Stage): void {
  describe('the page’s owner', () => {
    test('leaves the theme to the system, or fixes it; the button stands at the right in the usual colour', async () => {
      const { site, snippet, newPage } = stage();
      const { page } = await newPage({ colorScheme: 'light' });
      await page.goto(site.page('/theme', { snippet }));
      await new Guest(page).open();
      // Under the pointer the button is larger.
      await page.mouse.move(0, 0);
      await isColoured(page, '.launch', 'rgb(37, 99, 235)');
      await isColoured(page, '.panel', LIGHT);
      await page.emulateMedia({ colorScheme: 'dark' });
      await isColoured(page, '.panel', DARK);
      await page.emulateMedia({ colorScheme: 'light' });
      await isColoured(page, '.panel', LIGHT);
      const [button, panel] = [await page.locator('.launch').boundingBox(), await page.getByRole('dialog').boundingBox()];
      expect(button).toEqual({ x: 1000 - 20 - 56, y: 760 - 20 - 56, width: 56, height: 56 });
      expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBe(1000 - 20);
      expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThan(button?.y ?? 0);

      await page.emulateMedia({ colorScheme: 'dark' });
      await page.goto(
        site.page('/light', { snippet: snippet.replace(' async', ' data-theme="light" data-position="left" async') }),
      );
      await new Guest(page).open();
      await isColoured(page, '.panel', LIGHT);
      expect((await page.getByRole('dialog').boundingBox())?.x).toBe(20);
    });

    test('has a script that opens and closes it, is told what happens, and may stop listening or take it off', async () => {
      const { site, snippet, newPage, admin } = stage();
      const { page } = await newPage();
      await page.goto(site.page('/script', { snippet }));
      const guest = new Guest(page);
      await guest.launch.waitFor();
      await listen(page);
      await act(page, 'open');
      await guest.say('Does the script hear me?');
      await act(page, 'close');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await openConversation(admin, 'Does the script');
      await answer(admin, 'Word for word');
      await page.getByRole('button', { name: 'Open chat (1)' }).waitFor();
      const told = [
        ['open', null],
        ['close', null],
        ['message', { text: 'Word for word' }],
        ['unread', 1],
      ];
      expect(await heard(page)).toEqual(told);
      await act(page, 'open');
      await guest.bubble('Word for word').waitFor();
      expect(await heard(page)).toEqual([
        ['unread', 0],
        ['open', null],
      ]);

      await page.evaluate(() => (window as unknown as Listening).offs['close']?.());
      await act(page, 'close');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(await heard(page)).toEqual([]);

      // Another tab of the same visitor shows when the server has told everybody.
      const tab = new Guest(await page.context().newPage());
      await tab.page.goto(page.url());
      await tab.open();
      await tab.bubble('Word for word').waitFor();
      await act(page, 'destroy');
      expect(await page.locator('brook-widget').count()).toBe(0);
      await answer(admin, 'Is anybody left?');
      await tab.bubble('Is anybody left?').waitFor();
      expect(await heard(page)).toEqual([]);
    });
  });
}
