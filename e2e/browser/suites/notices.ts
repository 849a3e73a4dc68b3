import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

interface Spied {
  shown: { title: string; body: string; click: () => void }[];
  /** Notes that were played. */
  notes: number;
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
        const spy: Spied = { shown: [], notes: 0 };
        // A browser without a screen shows no notifications: what it is asked to show is what counts.
        class Shown {
          static permission = 'granted';
          static requestPermission = () => Promise.resolve('granted');
          onclick: () => void = () => {};
          constructor(title: string, { body }: { body: string }) {
            spy.shown.push({ title, body, click: () => this.onclick() });
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
      const spied = () =>
        ada.page.evaluate(() => (window as unknown as { spy: Spied }).spy.shown.map(({ title, body }) => ({ title, body })));
      expect(await spied()).toEqual([]);

      await ada.page.goto('/rooms/discover');
      await ada.page.getByRole('navigation', { name: 'Your rooms' }).getByRole('link', { name: room.name }).waitFor();
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
        (window as unknown as { spy: Spied }).spy.shown[0]?.click();
      });
      await ada.page.waitForURL(`**/rooms/${room.id}`);
      await ada.hears('you cannot see this');
      await ada.page.waitForFunction(() => !document.title.startsWith('('));
    });

    test('sound for another room, not for the one before one’s eyes, and not where that is switched off', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const [here, there] = await Promise.all(['Here ', 'There '].map((name) => owner.rooms.create({ name: stage.name(name) })));
      if (!here || !there) throw new Error('two rooms were created');
      const ada = await stage.visitor();
      await ada.page.addInitScript(() => {
        const spy = { notes: 0 };
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (when) {
          spy.notes++;
          start.call(this, when);
        };
        Object.assign(window, { spy });
      });
      await ada.join(stage.name('ada'));
      await ada.joinRoom(there.name);
      await ada.joinRoom(here.name);
      const list = ada.page.getByRole('navigation', { name: 'Your rooms' });
      const notes = () => ada.page.evaluate(() => (window as unknown as { spy: Spied }).spy.notes);
      await owner.send(here.id, 'before your eyes');
      await list.getByText('before your eyes').waitFor();
      expect(await notes()).toBe(0);
      await ada.page.getByRole('button', { name: 'Account' }).click();
      await ada.page.getByRole('menuitem', { name: 'Settings' }).click();
      const sound = ada.page.getByRole('switch', { name: 'Sound' });
      await sound.click();
      await owner.send(there.id, 'in silence');
      await list.getByText('in silence').waitFor();
      expect(await notes()).toBe(0);
      await sound.click();
      await owner.send(there.id, 'behind your back');
      await list.getByText('behind your back').waitFor();
      expect(await notes()).toBe(2);
    });
  });
}
