import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

interface Spied {
  shown: { title: string; body: string }[];
}

/** What people are told of while they look elsewhere. */
export function noticesSuite(stage: Stage): void {
  describe('notices', () => {
    test('tell of messages while the page is hidden, and read them out while it is not', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      const ada = await stage.visitor({ permissions: ['notifications'] });
      await ada.page.addInitScript(() => {
        localStorage.setItem('brook.preferences', JSON.stringify({ notify: true, sound: true }));
        const spy = { shown: [] as { title: string; body: string }[] };
        // A browser without a screen shows no notifications: what it is asked to show is what counts.
        class Shown {
          static permission = 'granted';
          static requestPermission = () => Promise.resolve('granted');
          onclick: unknown = null;
          constructor(title: string, { body }: { body: string }) {
            spy.shown.push({ title, body });
          }
          close() {}
        }
        Object.assign(window, { Notification: Shown, spy, hidden: false });
        const page = window as unknown as { hidden: boolean };
        Object.defineProperty(document, 'visibilityState', { get: () => (page.hidden ? 'hidden' : 'visible') });
      });
      await ada.join(stage.name('ada'));
      await ada.joinRoom(room.name);
      await owner.send(room.id, 'you can see **this**');
      await ada.hears('you can see this');
      await ada.page.getByRole('status').filter({ hasText: 'you can see' }).waitFor({ state: 'attached' });
      const spied = () => ada.page.evaluate(() => (window as unknown as { spy: Spied }).spy.shown);
      expect(await spied()).toEqual([]);

      await ada.page.evaluate(() => {
        Object.assign(window, { hidden: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await owner.send(room.id, 'you *cannot* see this');
      await ada.page.waitForFunction(() => (window as unknown as { spy: Spied }).spy.shown.length > 0);
      expect(await spied()).toEqual([{ title: `${owner.user?.displayName} · ${room.name}`, body: 'you cannot see this' }]);
      await ada.page.waitForFunction(() => /^\(\d+\) /.test(document.title));
      await ada.page.evaluate(() => {
        Object.assign(window, { hidden: false });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await ada.page.waitForFunction(() => !document.title.startsWith('('));
    });
  });
}
