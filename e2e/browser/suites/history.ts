import { eventually } from '@brook/common/testing';
import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

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
      await ada.scrollTo(300);
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

    test('says that older messages could not be loaded, and loads them when asked again', async () => {
      const [owner, ada] = await Promise.all([stage.talker(stage.name('owner')), stage.person(stage.name('ada'))]);
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      await stage.fill(owner, room.id, 120);
      ada.expect(/status of 503/);
      await ada.page.route('**/messages?before=*', (route) => route.fulfill({ status: 503 }));
      await ada.open(room.id);
      await ada.message('line 120').waitFor();
      const failed = ada.page.getByText('Older messages could not be loaded.');
      // The list may still be on its way to its end.
      const goUp = async () => {
        await ada.scrollTo(0);
        return failed.isVisible();
      };
      await eventually(goUp, { timeout: 30_000, interval: 100 });

      await ada.page.unroute('**/messages?before=*');
      await failed.getByRole('button', { name: 'Try again' }).click();
      await failed.waitFor({ state: 'hidden' });
      const beginning = ada.page.getByText('This is where the conversation begins.');
      const atBeginning = async () => {
        await ada.scrollTo(0);
        return beginning.isVisible();
      };
      await eventually(atBeginning, { timeout: 30_000, interval: 100 });
      await ada.page.locator('article[data-seq="1"]').waitFor();
    });

    test('says that it could not go on below what was jumped to, and does when one scrolls again', async () => {
      const [owner, ada] = await Promise.all([stage.talker(stage.name('owner')), stage.person(stage.name('ada'))]);
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      await stage.fill(owner, room.id, 120);
      ada.expect(/status of 500/);
      await ada.page.route('**/messages?after=*', (route) => route.fulfill({ status: 500 }));
      await ada.open(`${room.id}?message=5`);
      await ada.page.locator('article[data-seq="5"]').waitFor();
      const goDown = async () => {
        await ada.scrollTo(0);
        await ada.scrollTo(1_000_000);
      };
      const refused = ada.page.getByText('Something went wrong on the server.');
      await eventually(() => goDown().then(() => refused.first().isVisible()), { timeout: 30_000, interval: 100 });
      await ada.page.unroute('**/messages?after=*');
      const newest = ada.page.locator('article[data-seq="120"]');
      await eventually(() => goDown().then(() => newest.isVisible()), { timeout: 30_000, interval: 100 });
    });

    test('is marked as read without having been read, for good', async () => {
      const name = stage.name('ada');
      const [owner, ada] = await Promise.all([stage.talker(stage.name('owner')), stage.visitor()]);
      // Behind another window: nothing is read by being looked at.
      await ada.page.addInitScript(() => Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' }));
      await ada.join(name);
      const room = await stage.roomWith(owner, name);
      const list = ada.page.getByRole('navigation', { name: 'Your rooms' });
      await list.getByRole('link', { name: room.name }).waitFor();
      await stage.fill(owner, room.id, 400);
      await owner.send(room.id, 'the newest');
      await list.getByText('401 unread messages').waitFor();
      await list.getByRole('link', { name: room.name }).click();
      await ada.hears('the newest');
      await ada.page.getByRole('button', { name: '401 unread, go to the first' }).waitFor();
      expect(await list.getByText('401 unread messages').count()).toBe(1);

      const markRead = ada.page.getByRole('button', { name: 'Mark as read' });
      await markRead.click();
      await markRead.waitFor({ state: 'hidden' });
      await list.getByText(/unread message/).waitFor({ state: 'hidden' });
      const listed = ada.page.waitForResponse(/\/api\/v1\/me\/rooms/);
      await ada.page.reload();
      await (await listed).finished();
      await owner.send(room.id, 'one more');
      await ada.hears('one more');
      await owner.send(room.id, 'and another');
      await list.getByText('2 unread messages', { exact: true }).waitFor();
    });
  });
}
