import type { Room } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

interface Spied {
  shown: { title: string; body: string; click: () => void }[];
  /** Notes that were played. */
  notes: number;
}

type Page = typeof window & { spy: Spied; hidden: boolean };

/** Somebody who wants to be told of everything, in a browser without a screen: what it is asked to show is what counts. */
async function listener(stage: Stage): Promise<Visitor> {
  const ada = await stage.visitor({ permissions: ['notifications'] });
  await ada.page.addInitScript(() => {
    localStorage.setItem('brook.preferences', JSON.stringify({ notify: true, sound: true }));
    const spy: Spied = { shown: [], notes: 0 };
    class Shown {
      static permission = 'granted';
      static requestPermission = () => Promise.resolve('granted');
      onclick: () => void = () => {};
      constructor(title: string, { body }: { body: string }) {
        spy.shown.push({ title, body, click: () => this.onclick() });
      }
      close() {}
    }
    const page = Object.assign(window, { Notification: Shown, spy, hidden: localStorage.getItem('hidden') === 'yes' });
    Object.defineProperty(document, 'visibilityState', { get: () => (page.hidden ? 'hidden' : 'visible') });
  });
  await ada.join(stage.name('ada'));
  return ada;
}

/** Hides the page, or brings it to the front again; also for the pages that are loaded later. */
const hide = ({ page }: Visitor, hidden: boolean): Promise<void> =>
  page.evaluate((to) => {
    localStorage.setItem('hidden', to ? 'yes' : 'no');
    Object.assign(window, { hidden: to });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

const shown = ({ page }: Visitor) => page.evaluate(() => (window as Page).spy.shown.map(({ title, body }) => ({ title, body })));

/** Goes to another page, once the browser has kept that the room has been read. */
async function lookAway(ada: Visitor, room: Room, lastReadSeq: number): Promise<void> {
  const read = async () => (await ada.kept()).includes(`"lastReadSeq":${lastReadSeq},"unread":0`);
  await eventually(read, { timeout: 30_000, interval: 100 });
  await ada.page.goto('/rooms/discover');
  await ada.page.getByRole('navigation', { name: 'Your rooms' }).getByRole('link', { name: room.name }).waitFor();
  await hide(ada, true);
}

/** What people are told of while they look elsewhere. */
export function noticesSuite(stage: Stage): void {
  describe('notices', () => {
    test('tell of messages while the page is hidden, and read them out while it is not', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      const ada = await listener(stage);
      await ada.joinRoom(room.name);
      await owner.send(room.id, 'you can see **this**');
      await ada.hears('you can see this');
      await ada.page.getByRole('status').filter({ hasText: 'you can see' }).waitFor({ state: 'attached' });
      expect(await shown(ada)).toEqual([]);

      await lookAway(ada, room, 1);
      await owner.send(room.id, 'you *cannot* see this');
      await ada.page.waitForFunction(() => (window as Page).spy.shown.length > 0);
      expect(await shown(ada)).toEqual([{ title: `${owner.user?.displayName} · ${room.name}`, body: 'you cannot see this' }]);
      await ada.page.waitForFunction(() => /^\(\d+\) /.test(document.title));
      await hide(ada, false);
      await ada.page.evaluate(() => (window as Page).spy.shown[0]?.click());
      await ada.page.waitForURL(`**/rooms/${room.id}`);
      await ada.hears('you cannot see this');
      await ada.page.waitForFunction(() => !document.title.startsWith('('));
    });

    test('not of what came between two visits: that is unread', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      const ada = await listener(stage);
      await ada.joinRoom(room.name);
      await owner.send(room.id, 'before');
      await ada.hears('before');
      await lookAway(ada, room, 1);
      await ada.page.goto('/favicon.svg');
      await owner.send(room.id, 'meanwhile');
      await ada.page.goto('/rooms/discover');
      const list = ada.page.getByRole('navigation', { name: 'Your rooms' });
      await list.getByText('meanwhile').waitFor();
      await list.getByText('1 unread message', { exact: true }).waitFor({ state: 'attached' });
      expect(await shown(ada)).toEqual([]);
      await owner.send(room.id, 'now');
      await ada.page.waitForFunction(() => (window as Page).spy.shown.length > 0);
      expect((await shown(ada)).map(({ body }) => body)).toEqual(['now']);
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
      const notes = () => ada.page.evaluate(() => (window as Page).spy.notes);
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
