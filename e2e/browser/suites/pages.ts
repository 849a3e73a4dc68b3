import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

/** Limit of the scripts that the first view loads, compressed. */
const LIMIT_KB = 150;

/** What every page has in common. */
export function pagesSuite(stage: Stage): void {
  describe('the pages', () => {
    test('load few scripts in the first view, whatever the language', async () => {
      const weights = [];
      for (const locale of ['en-US', 'ko-KR']) {
        const visitor = await stage.visitor({ locale });
        const scripts: Promise<Buffer>[] = [];
        visitor.page.on('response', (response) => {
          if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
        });
        await visitor.page.goto('/', { waitUntil: 'networkidle' });
        const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0);
        weights.push(Math.round(bytes / 102.4) / 10);
      }
      process.stdout.write(`First view: ${weights.join(' and ')} KB of scripts, gzipped\n`);
      expect(Math.max(...weights)).toBeLessThanOrEqual(LIMIT_KB);
    });

    test('do not scroll sideways on a phone, and speak the language of the browser', async () => {
      const visitor = await stage.visitor({ locale: 'ko-KR', viewport: { width: 360, height: 740 } });
      const fits = () => visitor.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      for (const path of ['/', '/sign-up', '/enter', '/nothing-here']) {
        await visitor.page.goto(path);
        await visitor.page.getByText('English').waitFor();
        expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('ko');
        expect(await fits()).toBe(true);
      }
      const name = stage.name('ada');
      const ada = await stage.person(name, { viewport: { width: 360, height: 740 } });
      await ada.createRoom(stage.name('Room with a rather long name that has to be cut '));
      await ada.say(`${'longword'.repeat(30)}\n\`\`\`\n${'x'.repeat(300)}\n\`\`\``);
      await ada.page.locator('[data-state=sent]').waitFor();
      const wide = () => ada.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      expect(await wide()).toBe(true);
      await ada.page.getByRole('button', { name: /Show members/ }).click();
      await ada.page.getByText(`@${name}`).last().waitFor();
      expect(await wide()).toBe(true);
      await ada.page.getByRole('button', { name: 'Hide members' }).last().click();
      await ada.page.getByRole('link', { name: 'Back to rooms' }).click();
      await ada.page.getByRole('link', { name: 'Discover rooms' }).waitFor();
      for (const path of ['/rooms/discover', '/search', '/mentions', '/settings']) {
        await ada.page.goto(path);
        await ada.page.getByRole('heading', { level: 1 }).waitFor();
        expect(await wide()).toBe(true);
      }
    });
  });
}
