import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

/** A room as a whole: what it is called, that it is gone, and that there is none. */
export function roomsSuite(stage: Stage): void {
  describe('a room', () => {
    test('is renamed and deleted by its owner, before the eyes of who is in it', async () => {
      const [ada, ben] = await Promise.all([stage.person(stage.name('ada')), stage.person(stage.name('ben'))]);
      const [old, name] = [stage.name('Old name '), stage.name('New name ')];
      await ada.createRoom(old);
      await ben.joinRoom(old);
      const settings = async () => {
        await ada.page.getByRole('button', { name: 'Room menu' }).click();
        await ada.page.getByRole('menuitem', { name: 'Room settings' }).click();
        return ada.page.getByRole('dialog', { name: 'Room settings' });
      };
      const dialog = await settings();
      await dialog.getByLabel('Room name').fill(name);
      await dialog.getByLabel('Topic').fill('Walks along the water');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await ben.page.getByRole('heading', { name, level: 1 }).waitFor();
      await ben.page.getByText('Walks along the water').waitFor();
      await ben.page.getByRole('navigation', { name: 'Your rooms' }).getByRole('link', { name }).waitFor();

      await settings();
      await dialog.getByRole('button', { name: 'Delete room' }).click();
      expect(await dialog.getByRole('button', { name: 'Delete room' }).isDisabled()).toBe(true);
      await dialog.getByLabel(/to confirm/).fill(name);
      await dialog.getByRole('button', { name: 'Delete room' }).click();
      await ada.page.getByText('You are in no room yet').waitFor();
      await ben.page.getByText('You are in no room yet').waitFor();
      await ben.page.getByText('This room is not here').waitFor();
    });

    test('that does not exist, or that one may not see, is not here', async () => {
      const owner = await stage.talker(stage.name('owner'));
      const secret = await owner.rooms.create({ name: stage.name('Secret '), visibility: 'private' });
      const ada = await stage.person(stage.name('ada'));
      ada.expect(/status of 40[34]/);
      for (const id of [secret.id, '00000000-0000-7000-8000-000000000000']) {
        await ada.page.goto(`/rooms/${id}`);
        await ada.page.getByText('This room is not here').waitFor();
        expect(await ada.page.getByText(secret.name).count()).toBe(0);
      }
      await ada.page.getByRole('link', { name: 'Back to rooms' }).click();
      await ada.page.waitForURL('**/rooms');
    });
  });
}
