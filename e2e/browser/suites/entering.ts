import { describe, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import { PASSWORD } from '../support/visitor.js';

/** The ways in and out. */
export function enteringSuite(stage: Stage): void {
  describe('entering', () => {
    test('says when a name does not exist, and when the password is wrong', async () => {
      const name = stage.name('ada');
      const ada = await stage.visitor();
      await ada.signUp(name);
      const ben = await stage.visitor();
      ben.expect(/status of 40[14]/);
      await ben.page.goto('/enter');
      const enter = async (username: string, password: string) => {
        await ben.page.getByLabel('Name', { exact: true }).fill(username);
        await ben.page.getByLabel('Password', { exact: true }).fill(password);
        await ben.page.getByRole('button', { name: 'Enter', exact: true }).click();
      };
      await enter('nobody-here', PASSWORD);
      await ben.page.getByText('There is nobody called “nobody-here” here.').waitFor();
      await enter(name, 'not the password');
      await ben.page.getByText('The password does not fit this name.').waitFor();
      await enter(name.toUpperCase(), PASSWORD);
      await ben.page.waitForURL('**/rooms');
    });

    test('says when a name is taken', async () => {
      const name = stage.name('ada');
      await stage.talker(name);
      const ben = await stage.visitor();
      ben.expect(/status of 409/);
      await ben.page.goto('/sign-up');
      await ben.page.getByLabel('Name', { exact: true }).fill(name.toUpperCase());
      await ben.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await ben.page.getByRole('button', { name: 'Create account' }).click();
      await ben.page.getByText('This name is taken.').waitFor();
    });

    test('as a guest lets one talk in a public room, and ends with the way out', async () => {
      const room = stage.name('Room ');
      const [ada, ben] = await Promise.all([stage.person(stage.name('ada')), stage.visitor()]);
      await ada.createRoom(room);
      await ben.page.goto('/enter?guest');
      await ben.page.getByLabel('Display name').fill('Gil');
      await ben.page.getByRole('button', { name: 'Enter as a guest' }).click();
      await ben.page.waitForURL('**/rooms');
      await ben.joinRoom(room);
      await ben.sayAndWait('I am only visiting');
      await ada.hears('I am only visiting');
      await ada.message('Gil').first().waitFor();
      await ben.page.getByRole('button', { name: 'Account' }).click();
      await ben.page.getByRole('menuitem', { name: 'Log out' }).click();
      await ben.page.getByRole('link', { name: 'Create an account' }).waitFor();
      await ben.page.goto('/rooms');
      await ben.page.waitForURL('**/enter?**');
    });
  });
}
