import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Browser, CDPSession } from 'playwright-core';
import { newVisitor, openBrowser } from './support/browser.js';
import { startBrook, type TestBrook } from './support/system.js';
import type { Visitor } from './support/visitor.js';

jest.setTimeout(90_000);

let brook: TestBrook;
let browser: Browser;
let ada: Visitor;
let turn = 0;

beforeAll(async () => {
  [brook, browser] = await Promise.all([startBrook(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await brook?.stop();
});

beforeEach(async () => {
  turn++;
  ada = await newVisitor(browser, brook.url);
});

afterEach(async () => {
  const complaints = ada.problems();
  await ada.leave();
  expect(complaints).toEqual([]);
});

const enter = { key: 'Enter', code: 'Enter' };
/** As input methods send it: the key is theirs. */
const COMPOSING = { ...enter, windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
const PLAIN = { ...enter, windowsVirtualKeyCode: 13, nativeVirtualKeyCode: 13, text: '\r' };

async function compose(keys: CDPSession, text: string): Promise<void> {
  await ada.composer.focus();
  await keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
}

describe('the Enter key', () => {
  beforeEach(async () => {
    await ada.signUp(`ada${turn}`);
    await ada.createRoom(`Room ${turn}`);
  });

  test('sends, and with Shift breaks the line', async () => {
    await ada.composer.fill('first');
    await ada.composer.press('Shift+Enter');
    await ada.composer.pressSequentially('second');
    await ada.composer.press('Enter');
    await ada.message('first').locator('[data-state=sent]').waitFor();
    expect(await ada.messages.allTextContents()).toEqual(['first\nsecond']);
  });

  test('that ends a composition does not send, in the order of Chrome and Firefox', async () => {
    const keys = await ada.protocol();
    await compose(keys, '안녕');
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...COMPOSING });
    await keys.send('Input.insertText', { text: '안녕' });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await ada.composer.inputValue()).toBe('안녕');
    await ada.composer.press('Enter');
    await ada.message('안녕').locator('[data-state=sent]').waitFor();
    expect(await ada.messages.allTextContents()).toEqual(['안녕']);
  });

  test('that ends a composition does not send, when one press makes a second keydown', async () => {
    const keys = await ada.protocol();
    await compose(keys, '반가워');
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...COMPOSING });
    await keys.send('Input.insertText', { text: '반가워' });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyDown', ...PLAIN });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await ada.composer.inputValue()).toBe('반가워');
    await ada.composer.press('Enter');
    await ada.message('반가워').locator('[data-state=sent]').waitFor();
    expect(await ada.messages.allTextContents()).toEqual(['반가워']);
  });

  test('that ends a composition does not send, in the order of Safari', async () => {
    const keys = await ada.protocol();
    await compose(keys, '日本');
    await keys.send('Input.insertText', { text: '日本' });
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...COMPOSING });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await ada.composer.inputValue()).toBe('日本');
    await ada.composer.press('Enter');
    await ada.message('日本').locator('[data-state=sent]').waitFor();
    expect(await ada.messages.allTextContents()).toEqual(['日本']);
  });
});

/** A network that can be cut: no socket gets through while `blocked`. */
async function cuttable(visitor: Visitor): Promise<{ blocked: boolean }> {
  const network = { blocked: false };
  await visitor.context.routeWebSocket(/\/ws$/, (socket) => {
    if (network.blocked) void socket.close({ code: 4001 });
    else socket.connectToServer();
  });
  return network;
}

describe('a message', () => {
  beforeEach(() => ada.signUp(`ada${turn}`));

  test('written without a connection survives a reload, and is sent once', async () => {
    await ada.createRoom(`Room ${turn}`);
    const network = await cuttable(ada);
    network.blocked = true;
    await ada.page.reload();
    await ada.page.getByText('No connection.').waitFor();
    await ada.say('Written on the train');
    await ada.message('Written on the train').locator('[data-state=sending]').waitFor();
    await ada.page.reload();
    await ada.page.getByText('No connection.').waitFor();
    network.blocked = false;
    await ada.message('Written on the train').locator('[data-state=sent]').waitFor();
    await ada.sayAndWait('and this after it');
    expect(await ada.messages.allTextContents()).toEqual(['Written on the train', 'and this after it']);
  });

  test('that is refused says so, and goes when it is tried again', async () => {
    const owner = await newVisitor(browser, brook.url);
    await owner.signUp(`owner${turn}`);
    await owner.createRoom(`Other ${turn}`);
    await ada.joinRoom(`Other ${turn}`);
    const network = await cuttable(ada);
    network.blocked = true;
    await ada.page.reload();
    await ada.say('Do you hear me?');
    await ada.message('Do you hear me?').locator('[data-state=sending]').waitFor();
    await leaveInAnotherTab(ada);

    network.blocked = false;
    await ada.message('Do you hear me?').locator('[data-state=failed]').waitFor();
    await ada.page.getByText('You may not do this.').waitFor();
    await ada.page.getByRole('button', { name: 'Join room' }).click();
    await ada.composer.waitFor();
    await ada.page.getByRole('button', { name: 'Try again' }).click();
    await ada.message('Do you hear me?').locator('[data-state=sent]').waitFor();
    await owner.hears('Do you hear me?');
    await owner.leave();
  });
});

/** The same person, who has no connection here either, leaves the room elsewhere. */
async function leaveInAnotherTab(visitor: Visitor): Promise<void> {
  const tab = await visitor.context.newPage();
  await tab.goto(visitor.page.url());
  await tab.getByRole('button', { name: 'Room menu' }).click();
  await tab.getByRole('menuitem', { name: 'Leave room' }).click();
  await tab.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click();
  await tab.getByText('You are in no room yet').waitFor();
  await tab.close();
}

/** Limit of the scripts that the first view loads, compressed. */
const LIMIT_KB = 150;

describe('the pages', () => {
  test('load few scripts in the first view, whatever the language', async () => {
    const weights = [];
    for (const locale of ['en-US', 'ko-KR']) {
      const visitor = await newVisitor(browser, brook.url, { locale });
      const scripts: Promise<Buffer>[] = [];
      visitor.page.on('response', (response) => {
        if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
      });
      await visitor.page.goto('/', { waitUntil: 'networkidle' });
      const bytes = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0);
      weights.push(Math.round(bytes / 102.4) / 10);
      expect(visitor.problems()).toEqual([]);
      await visitor.leave();
    }
    process.stdout.write(`First view: ${weights.join(' and ')} KB of scripts, gzipped\n`);
    expect(Math.max(...weights)).toBeLessThanOrEqual(LIMIT_KB);
  });

  test('do not scroll sideways on a phone, and speak the language of the browser', async () => {
    const visitor = await newVisitor(browser, brook.url, { locale: 'ko-KR', viewport: { width: 375, height: 812 } });
    for (const path of ['/', '/sign-up', '/enter', '/nothing-here']) {
      await visitor.page.goto(path);
      await visitor.page.getByText('English').waitFor();
      expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('ko');
      expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
    }
    await visitor.leave();
  });
});
