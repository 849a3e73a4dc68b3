import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';
import { PASSWORD } from '../support/visitor.js';

/** What a person chooses for themselves. */
export function settingsSuite(stage: Stage): void {
  describe('settings', () => {
    test('change the name, the theme, the language, the password, and end other sessions', async () => {
      const name = stage.name('ada');
      const ada = await stage.person(name);
      const elsewhere = await stage.visitor();
      elsewhere.expect(/status of 401/);
      await elsewhere.page.goto('/enter');
      await elsewhere.page.getByLabel('Name', { exact: true }).fill(name);
      await elsewhere.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await elsewhere.page.getByRole('button', { name: 'Enter', exact: true }).click();
      await elsewhere.page.waitForURL('**/rooms');

      const { page } = ada;
      await page.goto('/settings');
      await page.getByLabel('Display name').fill('Ada L.');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved').waitFor();
      await page.getByRole('button', { name: 'Account' }).getByText('Ada L.').waitFor();
      await page.getByText('Dark', { exact: true }).click();
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
      await page.reload();
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');

      await page.getByRole('button', { name: 'End', exact: true }).click();
      await elsewhere.page.waitForURL('**/enter?**');
      await page.getByLabel('Current password').fill(PASSWORD);
      await page.getByLabel('New password').fill('another long password');
      await page.getByRole('button', { name: 'Change password' }).click();
      await page.getByText('Your password was changed').waitFor();

      await page.getByText('한국어', { exact: true }).click();
      await page.getByRole('heading', { name: '설정', level: 1 }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko');
    });

    test('leave the theme to the system until one chooses, and again after', async () => {
      const { page } = await stage.person(stage.name('ada'), { colorScheme: 'light' });
      await page.goto('/settings');
      const theme = page.getByRole('group', { name: 'Theme' });
      const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await colour();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await colour();
      expect(dark).not.toBe(light);
      await theme.getByText('Light', { exact: true }).click();
      expect(await colour()).toBe(light);
      await theme.getByText('System', { exact: true }).click();
      expect(await colour()).toBe(dark);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await colour()).toBe(light);
    });

    test('turn a guest into a member', async () => {
      const gil = await stage.visitor();
      await gil.page.goto('/enter?guest');
      await gil.page.getByRole('button', { name: 'Enter as a guest' }).click();
      await gil.page.waitForURL('**/rooms');
      await gil.page.goto('/settings');
      const name = stage.name('gil');
      await gil.page.getByLabel('Name', { exact: true }).fill(name);
      await gil.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await gil.page.getByRole('button', { name: 'Create an account' }).click();
      await gil.page.getByRole('button', { name: 'Account' }).getByText(`@${name}`).waitFor();
    });
  });
}
