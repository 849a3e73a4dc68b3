import { eventually } from '@brook/common/testing';
import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

const scrollTo = (visitor: Visitor, top: number): Promise<void> =>
  visitor.page.getByRole('log').evaluate((list, to) => {
    // As a person does it: by the wheel, which ends a jump that is under way.
    list.dispatchEvent(new WheelEvent('wheel'));
    list.scrollTo({ top: to });
  }, top);

/** Long rooms: what is drawn, what holds its place, and where one begins to read. */
export function historySuite(stage: Stage): void {
  describe('a long room', () => {
    test('opens where the unread begins, draws only what is in sight, and holds its place while older ones load', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      const ada = await stage.person(stage.name('ada'));
      await ada.joinRoom(room.name);
      await ada.page.goto('/rooms/discover');
      const sent = Array.from({ length: 260 }, (_, n) => owner.send(room.id, `line ${n + 1}\n${'and more '.repeat(n % 9)}`));
      await Promise.all(sent);
      await ada.page.getByText('260 unread messages').waitFor();
      await ada.open(room.id);
      await ada.message('line 260').waitFor();
      let release = () => undefined as void;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      await ada.page.route('**/messages?before=*', async (route) => {
        await gate;
        await route.continue();
      });
      await scrollTo(ada, 300);
      await ada.page.getByRole('status', { name: 'Loading older messages' }).waitFor();
      const row = ada.page.locator('article[data-seq]').nth(12);
      const seq = await row.getAttribute('data-seq');
      const topNow = () =>
        ada.page.locator(`article[data-seq="${seq}"]`).evaluate((element) => element.getBoundingClientRect().top);
      // The rows above it are measured first.
      let before = Number.NaN;
      for (let top = await topNow(); top !== before; top = await topNow()) {
        before = top;
        await ada.page.waitForTimeout(150);
      }
      const height = await ada.page.getByRole('log').evaluate((list) => list.scrollHeight);
      release();
      await ada.page.waitForFunction((past) => (document.querySelector('[role=log]')?.scrollHeight ?? 0) > past + 500, height);
      // The rows that came are measured as they are drawn; what one reads is where it was once that is done.
      await ada.page.waitForFunction(
        ({ seq: wanted, top }) => {
          const found = document.querySelector(`article[data-seq="${wanted}"]`);
          return found !== null && Math.abs(found.getBoundingClientRect().top - top) < 16;
        },
        { seq, top: before },
      );

      await ada.page.getByRole('button', { name: /260 unread, go to the first/ }).click();
      await ada.message('line 1\n').first().waitFor();
      await ada.page.getByRole('separator').filter({ hasText: 'New' }).waitFor();
      expect(await ada.page.locator('article').count()).toBeLessThan(60);

      await ada.page.getByRole('button', { name: /Jump to the latest|new message/ }).click();
      await ada.message('line 260').waitFor();
    });

    test('goes up to its beginning, tells of news meanwhile, and goes to a date', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      await Promise.all(Array.from({ length: 120 }, (_, n) => owner.send(room.id, `line ${n + 1}`)));
      const ada = await stage.person(stage.name('ada'));
      await ada.joinRoom(room.name);
      await ada.message('line 120').waitFor();
      await ada.page.getByRole('log').focus();
      const beginning = ada.page.getByText('This is where the conversation begins.');
      // Each page that comes from above takes the time that it takes; then the list has another beginning.
      const up = async () => {
        await ada.page.keyboard.press('Home');
        return beginning.isVisible();
      };
      await eventually(up, { timeout: 30_000, interval: 100 });
      await owner.send(room.id, 'news');
      await ada.page.getByRole('button', { name: '1 new message' }).click();
      await ada.message('news').waitFor();
      await ada.page.getByRole('button', { name: 'Room menu' }).click();
      await ada.page.getByRole('menuitem', { name: 'Go to a date' }).click();
      await ada.page.getByRole('button', { name: 'Go', exact: true }).click();
      await beginning.waitFor();
    });
  });
}
