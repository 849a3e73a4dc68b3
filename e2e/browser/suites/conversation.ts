import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

/** Writes down, from now on, whatever says on the page that something is unread, even for a moment. @returns what it was */
async function watchForUnread({ page }: Visitor): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const flashes = new Set<string>();
    const look = () => {
      for (const { textContent } of document.querySelectorAll('nav .sr-only, main button'))
        if (/unread|new message|Jump to/.test(textContent ?? '')) flashes.add(textContent ?? '');
      if (document.title.startsWith('(')) flashes.add(document.title);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { flashes });
  });
  return () => page.evaluate(() => [...(window as unknown as { flashes: Set<string> }).flashes]);
}

/** Two and three people in a room, and the list of rooms beside it. */
export function conversationSuite(stage: Stage): void {
  describe('people', () => {
    test('meet in a room and talk; one reloads and sees the history; one leaves', async () => {
      const [adaName, benName, room] = [stage.name('ada'), stage.name('ben'), stage.name('Room ')];
      const [ada, ben] = await Promise.all([stage.person(adaName), stage.person(benName)]);
      await ada.createRoom(room);
      await ben.joinRoom(room);
      await ada.page.getByText(`${benName} joined`).waitFor();
      await ada.sayAndWait('Hello Ben, 안녕하세요');
      await ben.hears('Hello Ben, 안녕하세요');
      await ben.composer.pressSequentially('Hel');
      await ada.page.getByText(`${benName} is writing`).waitFor();
      await ben.sayAndWait('Hello Ada');
      await ada.hears('Hello Ada');
      await ben.page.getByText(`Read by ${adaName}`).waitFor();

      await ada.page.reload();
      await ada.hears('Hello Ada');
      expect(await ada.messages.allTextContents()).toEqual(['Hello Ben, 안녕하세요', 'Hello Ada']);
      expect(await ben.messages.allTextContents()).toEqual(['Hello Ben, 안녕하세요', 'Hello Ada']);
      expect(await ada.page.evaluate(() => Object.values(localStorage).join())).not.toContain('ey');

      await ben.page.getByRole('button', { name: 'Room menu' }).click();
      await ben.page.getByRole('menuitem', { name: 'Leave room' }).click();
      await ben.page.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click();
      await ada.page.getByText(`${benName} left`).waitFor();
      await ben.page.getByText('You are in no room yet').waitFor();
    });

    test('three of them see one order, who is there, and who wrote to whom', async () => {
      const names = [stage.name('ada'), stage.name('ben'), stage.name('cho')] as const;
      const people = await Promise.all(names.map((name) => stage.person(name)));
      const [ada, ben, cho] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
      const room = stage.name('Room ');
      await ada.createRoom(room);
      await Promise.all([ben.joinRoom(room), cho.joinRoom(room)]);
      await Promise.all(people.map((person, index) => person.sayAndWait(`from ${names[index]}`)));
      for (const person of people) for (const name of names) await person.hears(`from ${name}`);
      const orders = await Promise.all(people.map((person) => person.messages.allTextContents()));
      expect(orders[1]).toEqual(orders[0]);
      expect(orders[2]).toEqual(orders[0]);
      await (await ada.members()).getByRole('img', { name: 'Online' }).nth(2).waitFor();
    });

    test('see who has gone as soon as the server says so', async () => {
      const name = stage.name('ada');
      const [owner, ada] = await Promise.all([stage.talker(stage.name('owner')), stage.visitor()]);
      let tell = (_frame: object): void => undefined;
      await ada.context.routeWebSocket(/\/ws$/, (socket) => {
        socket.connectToServer();
        tell = (frame) => socket.send(JSON.stringify(frame));
      });
      await ada.join(name);
      const room = await stage.roomWith(owner, name);
      await ada.page.getByRole('link', { name: room.name }).click();
      const panel = await ada.members();
      const dots = panel.getByRole('img', { name: 'Online' });
      await dots.nth(1).waitFor();
      // The server waits 15 s before it says so, which has tests of its own: here it is said at once.
      tell({ type: 'presence', roomId: room.id, userId: owner.user?.id, online: false, lastSeenAt: new Date().toISOString() });
      await dots.nth(1).waitFor({ state: 'hidden' });
      const row = panel.getByRole('listitem').filter({ hasText: owner.user?.displayName ?? '' });
      expect(await row.count()).toBe(1);
      expect(await row.getByRole('img', { name: 'Online' }).count()).toBe(0);
      expect(await dots.count()).toBe(1);
    });

    test('see unread messages and mentions of a room that they are not looking at', async () => {
      const benName = stage.name('ben');
      const [ada, ben] = await Promise.all([stage.talker(stage.name('ada')), stage.person(benName)]);
      const room = await ada.rooms.create({ name: stage.name('Room ') });
      await ben.joinRoom(room.name);
      await ben.page.goto('/rooms/discover');
      const list = ben.page.getByRole('navigation', { name: 'Your rooms' });
      await list.getByRole('link', { name: room.name }).waitFor();
      await ada.send(room.id, 'one');
      await ada.send(room.id, `two, @${benName}`);
      await list.getByText('2 unread messages').waitFor();
      await list.getByText('1 unread mention').first().waitFor();
      expect(await ben.page.title()).toBe('(2) Discover rooms · Brook');
      await ben.page.getByRole('link', { name: 'Mentions' }).click();
      await ben.page.getByRole('main').getByText(`two, @${benName}`).click();
      await ben.hears('two');
      await ben.page.locator('[data-mention=me]').waitFor();
      await list.getByText('2 unread messages').waitFor({ state: 'hidden' });
      await ben.page.waitForFunction((name) => document.title === `${name} · Brook`, room.name);
    });

    test('never see as unread what comes in before their eyes, and do once they look elsewhere', async () => {
      const benName = stage.name('ben');
      const [ada, ben] = await Promise.all([stage.talker(stage.name('ada')), stage.person(benName)]);
      const room = await ada.rooms.create({ name: stage.name('Room ') });
      await ben.joinRoom(room.name);
      await ada.send(room.id, 'the first');
      const list = ben.page.getByRole('navigation', { name: 'Your rooms' });
      await list.getByText('the first').waitFor();
      const unread = await watchForUnread(ben);
      // One after another, for longer than the list and the read marker take their time.
      const until = performance.now() + 2_000;
      let count = 1;
      for (; performance.now() < until || count < 20; count++)
        await ada.send(room.id, count % 5 === 0 ? `line ${count} for @${benName}` : `line ${count}`);
      await ada.send(room.id, 'the last');
      await list.getByText('the last').waitFor();
      expect(await unread()).toEqual([]);

      await ben.page.getByRole('link', { name: 'Discover rooms' }).click();
      await ada.send(room.id, `after the last, @${benName}`);
      // What one had before one's eyes for a moment only may be among it.
      await list.getByText(/unread message/).waitFor();
      await list
        .getByText(/unread mention/)
        .first()
        .waitFor();
    });

    test('are added to a private room, made moderators, and removed', async () => {
      const benName = stage.name('ben');
      const [ada, ben] = await Promise.all([stage.person(stage.name('ada')), stage.person(benName)]);
      const room = stage.name('Secret ');
      await ada.page.getByRole('button', { name: 'New room' }).first().click();
      await ada.page.getByLabel('Room name').fill(room);
      await ada.page.getByText('Private', { exact: true }).click();
      await ada.page.getByRole('button', { name: 'Create room' }).click();
      await ada.page.getByRole('heading', { name: room, level: 1 }).waitFor();
      const panel = await ada.members();
      await panel.getByRole('textbox', { name: 'Add a person by name' }).fill(benName);
      await panel.getByRole('textbox', { name: 'Add a person by name' }).press('Enter');
      await ben.page.getByRole('link', { name: room }).waitFor();
      await panel.getByRole('button', { name: `Options for ${benName}` }).click();
      await ada.page.getByRole('menuitem', { name: 'Make moderator' }).click();
      await panel.getByText('Moderator').waitFor();
      await panel.getByRole('button', { name: `Options for ${benName}` }).click();
      await ada.page.getByRole('menuitem', { name: 'Remove from room' }).click();
      await ada.page.getByRole('dialog').getByRole('button', { name: 'Remove from room' }).click();
      await ben.page.getByRole('link', { name: room }).waitFor({ state: 'hidden' });
    });
  });
}
