import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CDPSession } from 'playwright-core';
import type { Stage } from '../support/stage.js';
import type { Visitor } from '../support/visitor.js';

const enter = { key: 'Enter', code: 'Enter' };
/** As input methods send it: the key is theirs. */
const COMPOSING = { ...enter, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
const PLAIN = { ...enter, windowsVirtualKeyCode: 13, nativeVirtualKeyCode: 13, text: '\r' };

/** The composer: which Enter sends, and what happens to what was begun. */
export function writingSuite(stage: Stage): void {
  describe('writing', () => {
    let ada: Visitor;
    let keys: CDPSession;

    beforeEach(async () => {
      ada = await stage.person(stage.name('ada'));
      await ada.createRoom(stage.name('Room '));
      keys = await ada.protocol();
    });

    const compose = async (text: string) => {
      await ada.composer.focus();
      await keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    };
    const key = (type: 'rawKeyDown' | 'keyDown' | 'keyUp', event: object) =>
      keys.send('Input.dispatchKeyEvent', { type, ...event });
    const sendsOnce = async (text: string) => {
      expect(await ada.composer.inputValue()).toBe(text);
      await ada.composer.press('Enter');
      await ada.message(text).locator('[data-state=sent]').waitFor();
      expect(await ada.messages.last().textContent()).toBe(text);
    };

    test('the Enter that ends a composition does not send, in the order of any browser', async () => {
      // Chrome and Firefox: the key, then the end of the composition.
      await compose('안녕');
      await key('rawKeyDown', COMPOSING);
      await keys.send('Input.insertText', { text: '안녕' });
      await key('keyUp', enter);
      await sendsOnce('안녕');
      // Korean on a Mac: one press makes a second keydown.
      await compose('반가워');
      await key('rawKeyDown', COMPOSING);
      await keys.send('Input.insertText', { text: '반가워' });
      await key('keyDown', PLAIN);
      await key('keyUp', enter);
      await sendsOnce('반가워');
      // Safari: the end of the composition, then the key.
      await compose('日本');
      await keys.send('Input.insertText', { text: '日本' });
      await key('rawKeyDown', COMPOSING);
      await key('keyUp', enter);
      await sendsOnce('日本');
      expect(await ada.messages.allTextContents()).toEqual(['안녕', '반가워', '日本']);
    });

    test('each room keeps its own draft, and a message that is sent leaves none', async () => {
      const first = await ada.page.getByRole('heading', { level: 1 }).textContent();
      await ada.composer.fill('for the first room');
      const second = stage.name('Room ');
      await ada.createRoom(second);
      expect(await ada.composer.inputValue()).toBe('');
      await ada.composer.fill('for the second');
      const list = ada.page.getByRole('navigation', { name: 'Your rooms' });
      await list.getByText('Draft: for the first room').waitFor();
      await list.getByRole('link', { name: first ?? '' }).click();
      await ada.page.getByRole('heading', { name: first ?? '', level: 1 }).waitFor();
      expect(await ada.composer.inputValue()).toBe('for the first room');
      await ada.composer.press('Enter');
      await ada.message('for the first room').locator('[data-state=sent]').waitFor();
      await list.getByRole('link', { name: second }).click();
      await list.getByText('You: for the first room').waitFor();
      expect(await ada.composer.inputValue()).toBe('for the second');
    });

    test('Shift+Enter breaks the line, and a draft outlives a reload', async () => {
      await ada.composer.fill('first');
      await ada.composer.press('Shift+Enter');
      await ada.composer.pressSequentially('second');
      await ada.composer.press('Enter');
      await ada.message('first').locator('[data-state=sent]').waitFor();
      expect(await ada.messages.allTextContents()).toEqual(['first\nsecond']);
      await ada.composer.fill('not yet done');
      await ada.page.reload();
      await ada.message('first').waitFor();
      expect(await ada.composer.inputValue()).toBe('not yet done');
      await ada.page.getByRole('link', { name: 'Discover rooms' }).click();
      await ada.page.getByText('Draft:').waitFor();
    });
  });
}
