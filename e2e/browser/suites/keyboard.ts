import type { Room } from '@brook/common/contracts';
import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

/** Everything without a mouse. */
export function keyboardSuite(stage: Stage): void {
  describe('the keyboard', () => {
    test('leads from room to room, through the messages, and back to writing', async () => {
      const ada = await stage.person(stage.name('ada'));
      const [first, second] = [stage.name('Harbour '), stage.name('Meadow ')];
      await ada.createRoom(first);
      await ada.sayAndWait('one');
      await ada.createRoom(second);
      await ada.sayAndWait('two');
      await ada.sayAndWait('three');
      const { keyboard } = ada.page;

      await keyboard.press('Control+k');
      await ada.page.getByRole('combobox', { name: 'Go to' }).fill('harb');
      await keyboard.press('Enter');
      await ada.page.getByRole('heading', { name: first, level: 1 }).waitFor();
      await keyboard.press('Alt+ArrowUp');
      await ada.page.getByRole('heading', { name: second, level: 1 }).waitFor();

      await ada.message('three').waitFor();
      await ada.page.getByRole('log').focus();
      await keyboard.press('ArrowUp');
      await ada.page.locator('article:focus', { hasText: 'three' }).waitFor();
      await keyboard.press('ArrowUp');
      await ada.page.locator('article:focus', { hasText: 'two' }).waitFor();
      await keyboard.press('r');
      await ada.page.getByText('Reply to').waitFor();
      await keyboard.press('Escape');
      await ada.page.getByText('Reply to').waitFor({ state: 'hidden' });
      expect(await ada.composer.evaluate((element) => element === document.activeElement)).toBe(true);

      await ada.page.getByRole('log').focus();
      await keyboard.press('?');
      await ada.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await keyboard.press('Escape');
      await ada.page.getByRole('dialog').waitFor({ state: 'hidden' });
    });

    test('leads to the next and the previous room with something unread, past all others', async () => {
      const name = stage.name('ada');
      const [owner, ada] = await Promise.all([stage.talker(stage.name('owner')), stage.person(name)]);
      const made = ['Lowest ', 'Low ', 'Quiet ', 'Here ', 'High '].map((stem) => stage.roomWith(owner, name, stem));
      const [lowest, low, quiet, here, high] = (await Promise.all(made)) as [Room, Room, Room, Room, Room];
      const list = ada.page.getByRole('navigation', { name: 'Your rooms' });
      const heading = (room: Room) => ada.page.getByRole('heading', { name: room.name, level: 1 });
      for (const { name: shown } of [lowest, low, here, high]) await list.getByRole('link', { name: shown }).waitFor();
      await list.getByRole('link', { name: quiet.name }).click();
      await heading(quiet).waitFor();
      // Who has spoken last stands above: high, here, quiet, low, lowest.
      await owner.send(lowest.id, 'from the bottom');
      await owner.send(low.id, 'from below');
      await ada.sayAndWait('said in the quiet one');
      await list.getByRole('link', { name: here.name }).click();
      await heading(here).waitFor();
      await ada.sayAndWait('said here');
      await owner.send(high.id, 'from above');
      for (const text of ['from the bottom', 'from below', 'said here', 'from above']) await list.getByText(text).waitFor();

      await ada.page.keyboard.press('Alt+Shift+ArrowDown');
      await heading(low).waitFor();
      await ada.page.keyboard.press('Alt+Shift+ArrowUp');
      await heading(high).waitFor();
    });
  });
}
