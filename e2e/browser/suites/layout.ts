import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Stage } from '../support/stage.js';

const SIZES = [
  { width: 360, height: 740 },
  { width: 3840, height: 2160 },
];

/** What is wrong with the page as it stands: it scrolls sideways, text is cut off, or what one presses lies under something else. */
function faults(): string[] {
  const found: string[] = [];
  if (document.documentElement.scrollWidth > window.innerWidth) found.push('scrolls sideways');
  const dialog = document.querySelector('dialog[open]');
  for (const element of document.querySelectorAll<HTMLElement>('button, a[href], input, textarea, h1, h2')) {
    const box = element.getBoundingClientRect();
    const inside = box.width > 2 && box.top >= 0 && box.bottom <= window.innerHeight;
    if (!inside || (dialog && !dialog.contains(element)) || element.closest('[role=log]')) continue;
    // What is scrolled out of its own list is not in sight.
    const frame = element.closest('nav')?.getBoundingClientRect();
    if (frame && (box.bottom > frame.bottom || box.top < frame.top)) continue;
    // A panel lies over what is beside it, on a phone.
    const panel = document.querySelector('main aside');
    if (panel && getComputedStyle(panel).position === 'absolute' && !panel.contains(element) && element.closest('main')) continue;
    const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName;
    if (box.left < 0 || box.right > window.innerWidth) found.push(`reaches out of the window: ${name}`);
    const above = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const own =
      above !== null && (element.contains(above) || above.contains(element) || above.closest('label')?.contains(element));
    if (!own) found.push(`lies under another: ${name}`);
  }
  return found;
}

/** The longest line of a text, in letters of its own size. */
const lettersAcross = (text: Locator): Promise<number> =>
  text.evaluate((element) => {
    const pen = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    pen.font = getComputedStyle(element).font;
    return element.getBoundingClientRect().width / (pen.measureText('the river runs along the mill').width / 29);
  });

async function pagesOf(page: Page, look: (place: string) => Promise<void>): Promise<void> {
  for (const path of ['/rooms', '/rooms/discover', '/search', '/mentions', '/settings']) {
    await page.goto(path);
    await page
      .getByRole('heading', { level: path === '/rooms' ? 2 : 1 })
      .first()
      .waitFor();
    await look(path);
  }
}

/** The narrowest phone and the widest screen. */
export function layoutSuite(stage: Stage): void {
  describe('the layout', () => {
    test.each(SIZES)('at $width px: nothing scrolls sideways or overlaps, and lines can be read', async (viewport) => {
      const found: string[] = [];
      const stranger = await stage.visitor({ viewport });
      for (const path of ['/', '/sign-up', '/enter?guest', '/nowhere']) {
        await stranger.page.goto(path);
        await stranger.page.getByRole('main').waitFor();
        found.push(...(await stranger.page.evaluate(faults)).map((fault) => `${path}: ${fault}`));
      }
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({
        name: stage.name('A room with a rather long name '),
        topic: 'and a topic '.repeat(20),
      });
      const ada = await stage.person(stage.name('ada'), { viewport });
      const { page } = ada;
      const look = async (place: string) => {
        await page.waitForFunction(() => document.getAnimations().length === 0);
        found.push(...(await page.evaluate(faults)).map((fault) => `${place}: ${fault}`));
      };
      await ada.joinRoom(room.name);
      await owner.send(room.id, 'The new path along the water opens on Saturday. Has anybody seen it yet? '.repeat(30));
      await owner.send(room.id, `${'longword'.repeat(60)}\n\`\`\`\n${'code '.repeat(200)}\n\`\`\``);
      await ada.sayAndWait('mine');
      await look('room');
      expect(await lettersAcross(ada.message('The new path').locator('[data-text]'))).toBeLessThan(120);
      await page.getByRole('button', { name: 'Search in this room' }).click();
      await page.getByRole('searchbox', { name: 'Search messages' }).waitFor();
      await look('search in the room');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
      await look('switcher');
      await page.keyboard.press('Escape');
      await pagesOf(page, look);
      await page.getByRole('heading', { level: 1 }).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await look('shortcuts');
      expect(
        await page.locator('kbd').evaluateAll((keys) => keys.filter((key) => key.scrollHeight > key.clientHeight + 2).length),
      ).toBe(0);
      expect(found).toEqual([]);
    });
  });
}
