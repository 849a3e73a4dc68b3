import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { newVisitor, openBrowser } from './support/browser.js';
import { startBrook, type TestBrook } from './support/system.js';
import { PASSWORD, type Visitor } from './support/visitor.js';

jest.setTimeout(90_000);

let brook: TestBrook;
let browser: Browser;
let ada: Visitor;
let ben: Visitor;
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
  [ada, ben] = await Promise.all([newVisitor(browser, brook.url), newVisitor(browser, brook.url)]);
});

afterEach(async () => {
  const complaints = [...ada.problems(), ...ben.problems()];
  await Promise.all([ada.leave(), ben.leave()]);
  expect(complaints).toEqual([]);
});

/** Ada makes a room, Ben joins it. */
async function meet(): Promise<{ room: string }> {
  const room = `Room ${turn}`;
  await Promise.all([ada.signUp(`ada${turn}`), ben.signUp(`ben${turn}`)]);
  await ada.createRoom(room);
  await ben.joinRoom(room);
  return { room };
}

describe('two people', () => {
  test('sign up, meet in a room and talk; one reloads and sees the history', async () => {
    const { room } = await meet();
    await ada.page.getByText(`ben${turn} joined`).waitFor();
    await ada.sayAndWait('Hello Ben, 안녕하세요');
    await ben.hears('Hello Ben, 안녕하세요');
    await ben.composer.pressSequentially('Hel');
    await ada.page.getByText(`ben${turn} is writing`).waitFor();
    await ben.sayAndWait('Hello Ada');
    await ada.hears('Hello Ada');

    await ada.page.reload();
    await ada.hears('Hello Ada');
    expect(await ada.messages.allTextContents()).toEqual(['Hello Ben, 안녕하세요', 'Hello Ada']);
    expect(await ben.messages.allTextContents()).toEqual(['Hello Ben, 안녕하세요', 'Hello Ada']);
    expect(await ada.page.evaluate(() => Object.values(localStorage).join())).not.toContain('ey');

    await ben.page.getByRole('button', { name: 'Room menu' }).click();
    await ben.page.getByRole('menuitem', { name: 'Leave room' }).click();
    await ben.page.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click();
    await ada.page.getByText(`ben${turn} left`).waitFor();
    await ben.page.getByText('You are in no room yet').waitFor();
    expect(room).toBe(`Room ${turn}`);
  });

  test('see unread messages of a room that they are not looking at', async () => {
    const { room } = await meet();
    await ben.page.goto('/rooms/discover');
    await ben.page.getByRole('navigation').getByRole('link', { name: room }).waitFor();
    await ada.sayAndWait('one');
    await ada.sayAndWait('two');
    await ben.page.getByText('2 unread messages').waitFor();
    await ben.page.getByRole('navigation').getByRole('link', { name: room }).click();
    await ben.hears('two');
    await ben.page.getByText('2 unread messages').waitFor({ state: 'hidden' });
  });

  test('load older pages while going up, and stay where they read', async () => {
    await meet();
    for (let n = 1; n <= 70; n++) await ada.say(`line ${n}`);
    await ben.hears('line 70');
    await ben.page.reload();
    await ben.hears('line 70');
    await ben.page.getByRole('log').evaluate((list) => list.scrollTo({ top: 0 }));
    await ben.page.getByText('This is where').waitFor();
    const lines = await ben.messages.allTextContents();
    expect(lines).toEqual(Array.from({ length: 70 }, (_, index) => `line ${index + 1}`));
    await ada.sayAndWait('news');
    await ben.page.getByRole('button', { name: '1 new message' }).click();
    await ben.message('news').waitFor();
  });
});

describe('entering', () => {
  test('says when a name does not exist, and when the password is wrong', async () => {
    await ada.signUp(`ada${turn}`);
    ben.expect(/status of 40[14]/);
    await ben.page.goto('/enter');
    const enter = async (name: string, password: string) => {
      await ben.page.getByLabel('Name', { exact: true }).fill(name);
      await ben.page.getByLabel('Password', { exact: true }).fill(password);
      await ben.page.getByRole('button', { name: 'Enter', exact: true }).click();
    };
    await enter('nobody-here', PASSWORD);
    await ben.page.getByText('There is nobody called “nobody-here” here.').waitFor();
    await enter(`ada${turn}`, 'not the password');
    await ben.page.getByText('The password does not fit this name.').waitFor();
    await enter(`ADA${turn}`, PASSWORD);
    await ben.page.waitForURL('**/rooms');
  });

  test('says when a name is taken', async () => {
    await ada.signUp(`ada${turn}`);
    ben.expect(/status of 409/);
    await ben.page.goto('/sign-up');
    await ben.page.getByLabel('Name', { exact: true }).fill(`Ada${turn}`);
    await ben.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await ben.page.getByRole('button', { name: 'Create account' }).click();
    await ben.page.getByText('This name is taken.').waitFor();
  });

  test('as a guest lets one talk in a public room', async () => {
    await ada.signUp(`ada${turn}`);
    await ada.createRoom(`Room ${turn}`);
    await ben.page.goto('/enter?guest');
    await ben.page.getByLabel('Display name').fill('Gil');
    await ben.page.getByRole('button', { name: 'Enter as a guest' }).click();
    await ben.page.waitForURL('**/rooms');
    await ben.joinRoom(`Room ${turn}`);
    await ben.sayAndWait('I am only visiting');
    await ada.hears('I am only visiting');
    await ada.message('Gil').first().waitFor();
  });

  test('ends with the way out, on every page of the browser', async () => {
    await ada.signUp(`ada${turn}`);
    await ada.page.getByRole('button', { name: 'Account' }).click();
    await ada.page.getByRole('menuitem', { name: 'Log out' }).click();
    await ada.page.getByRole('link', { name: 'Create an account' }).waitFor();
    await ada.page.goto('/rooms');
    await ada.page.waitForURL('**/enter?**');
  });
});
