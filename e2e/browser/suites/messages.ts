import { describe, expect, test } from '@jest/globals';
import type { Stage } from '../support/stage.js';

/** What people do with messages: edit, delete, answer, react, mention, link, find. */
export function messagesSuite(stage: Stage): void {
  describe('a message', () => {
    test('is edited, answered, reacted to and deleted, before the eyes of the other', async () => {
      const [ada, ben] = await Promise.all([stage.person(stage.name('ada')), stage.person(stage.name('ben'))]);
      const room = stage.name('Room ');
      await ada.createRoom(room);
      await ben.joinRoom(room);
      await ada.sayAndWait('Shall we go at tem?');
      await ada.composer.press('ArrowUp');
      await ada.page.getByLabel('Edit message').fill('Shall we go at ten?');
      await ada.page.getByLabel('Edit message').press('Enter');
      await ben.message('Shall we go at ten?').getByText('(edited)').waitFor();

      await ben.act('at ten', 'Reply');
      await ben.sayAndWait('Ten it is');
      await ada
        .message('Ten it is')
        .getByRole('button', { name: /In reply to ada.*Shall we go at ten/ })
        .waitFor();

      await ben.message('at ten').first().hover();
      await ben.message('at ten').first().getByRole('button', { name: 'Add a reaction' }).first().click();
      await ben.page.getByLabel('Find an emoji').fill('축하');
      await ben.page.getByLabel('Find an emoji').press('Enter');
      const reaction = ada.message('at ten').first().getByRole('button', { name: '🎉, 1' });
      await reaction.click();
      await ben.message('at ten').first().getByRole('button', { name: '🎉, 2' }).waitFor();

      await ada.act('at ten', 'More');
      await ada.page.getByRole('menuitem', { name: 'Delete message' }).click();
      await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete message' }).click();
      await ben.message('This message was deleted.').first().waitFor();
      await ben.page.getByRole('button', { name: /In reply to ada.*This message was deleted/ }).waitFor();
    });

    test('names people by completion, and is drawn with its marks', async () => {
      const benName = stage.name('benedict');
      const [ada, ben] = await Promise.all([stage.person(stage.name('ada')), stage.person(benName)]);
      const room = stage.name('Room ');
      await ada.createRoom(room);
      await ben.joinRoom(room);
      await ada.page.getByText(`${benName} joined`).waitFor();
      await ada.composer.pressSequentially('hello @bene');
      await ada.page.getByRole('option', { name: new RegExp(benName) }).waitFor();
      await ada.composer.press('Enter');
      expect(await ada.composer.inputValue()).toBe(`hello @${benName} `);
      await ada.composer.press('Enter');
      await ben.page.locator('[data-mention=me]', { hasText: `@${benName}` }).waitFor();

      await ada.say('**bold** *slanted* ~~gone~~ `code` [site](https://example.org/a?b=1) <b>plain</b>');
      await ben.hears('bold slanted gone');
      const drawn = ben.messages.last();
      await drawn.locator('strong', { hasText: 'bold' }).waitFor();
      expect(await drawn.locator('em, s, code').allTextContents()).toEqual(['slanted', 'gone', 'code']);
      expect(await drawn.locator('a').getAttribute('rel')).toContain('noopener');
      expect(await drawn.locator('a').getAttribute('href')).toBe('https://example.org/a?b=1');
      expect(await drawn.textContent()).toContain('<b>plain</b>');
      await ada.say('> quoted\n- one\n- two\n```ts\nconst a = 1;\n```');
      await ben.messages.last().locator('pre').waitFor();
      expect(await ben.messages.last().locator('blockquote, li, pre').allTextContents()).toEqual([
        'quoted',
        'one',
        'two',
        'const a = 1;',
      ]);
    });

    test('is found by its words, and its link leads back to it', async () => {
      const ada = await stage.person(stage.name('ada'), { permissions: ['clipboard-read', 'clipboard-write'] });
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: stage.name('Room ') });
      await owner.send(room.id, 'The heron stands below the bridge. 다리 아래에 왜가리가 서 있어요.');
      for (let n = 0; n < 120; n++) void owner.send(room.id, `line ${n}`);
      await owner.send(room.id, 'the last line');
      await ada.joinRoom(room.name);
      await ada.hears('the last line');
      await ada.page.getByRole('button', { name: 'Search in this room' }).click();
      await ada.page.getByRole('searchbox', { name: 'Search messages' }).fill('왜가리');
      await ada.page.getByRole('region', { name: 'Results' }).getByRole('button').first().click();
      await ada.message('The heron stands').waitFor();
      expect(await ada.page.locator('mark').first().textContent()).toContain('왜가리');
      await ada.act('The heron stands', 'More');
      await ada.page.getByRole('menuitem', { name: 'Copy link' }).click();
      const link = await ada.page.evaluate(() => navigator.clipboard.readText());
      expect(link).toBe(`${new URL(stage.url).origin}/rooms/${room.id}?message=1`);
      await ada.page.getByRole('button', { name: 'Jump to the latest' }).click();
      await ada.hears('the last line');
      await ada.page.goto(link);
      await ada.message('The heron stands').waitFor();
      await ada.message('line 3').first().waitFor();
    });
  });
}
