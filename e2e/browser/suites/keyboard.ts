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
  });
}
