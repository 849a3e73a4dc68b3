import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Stage } from '../support/stage.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds that keeps people out, on the page as it stands. */
async function faults(page: Page, place: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: (options: object) => Promise<{ violations: Finding[] }> } }).axe.run({
      resultTypes: ['violations'],
      // It would read the style sheets again, and complain of one that a page in the making has not loaded yet.
      preload: false,
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${place}: ${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    );
}

/** Every page and overlay, in both themes, looked at by axe: nothing serious, nothing critical. */
export function accessibilitySuite(stage: Stage): void {
  describe('accessibility', () => {
    test.each(['light', 'dark'] as const)('no page has a serious fault, %s', async (colorScheme) => {
      const found: string[] = [];
      const visitor = await stage.visitor({ colorScheme });
      for (const path of ['/', '/sign-up', '/enter?guest', '/nowhere']) {
        await visitor.page.goto(path);
        await visitor.page.getByRole('main').waitFor();
        found.push(...(await faults(visitor.page, path)));
      }
      const name = stage.name('ada');
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room '), topic: 'A topic' });
      const ada = await stage.person(name, { colorScheme });
      const { page } = ada;
      const look = async (place: string) => found.push(...(await faults(page, place)));
      await look('/rooms');
      await ada.joinRoom(room.name);
      const asked = await owner.send(
        room.id,
        `Hello @${name}\n\`\`\`\ncode\n\`\`\`\n> quote\n- list ~~gone~~ [link](https://example.org)`,
      );
      await owner.react(room.id, asked.seq, '🎉', true);
      await owner.send(room.id, 'an answer', { replyTo: asked.seq });
      await ada.sayAndWait('mine');
      await owner.deleteMessage(room.id, (await owner.send(room.id, 'gone')).seq);
      await ada.hears('This message was deleted.');
      await page.waitForFunction(() => document.getAnimations().length === 0);
      await look('room');
      await ada.message('an answer').hover();
      await ada.message('an answer').getByRole('button', { name: 'Add a reaction' }).click();
      await page.getByLabel('Find an emoji').waitFor();
      await look('emoji picker');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Search in this room' }).click();
      await page.getByRole('searchbox', { name: 'Search messages' }).fill('answer');
      await page.locator('mark').first().waitFor();
      await look('search in the room');
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
      await look('switcher');
      for (const path of ['/rooms/discover', '/search', '/mentions', '/settings']) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        if (path === '/settings') await page.getByText('This session').waitFor();
        await look(path);
      }
      expect(found).toEqual([]);
    });
  });
}
