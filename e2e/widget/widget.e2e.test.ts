import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { newVisitor, openBrowser } from '../browser/support/browser.js';
import { startBrook, type TestBrook } from '../browser/support/system.js';
import { PASSWORD, type Visitor } from '../browser/support/visitor.js';
import { seriousFaults } from './support/axe.js';
import { Guest } from './support/guest.js';
import { Provider } from '../../services/gateway/test/support/provider.js';
import { HostSite } from './support/host-page.js';
import { ADMIN, type Stage } from './support/stage.js';
import { consoleSuite } from './suites/console.js';
import { hostPagesSuite } from './suites/host-pages.js';
import { logSuite } from './suites/log.js';
import { pageScriptSuite } from './suites/page-script.js';
import { signInSuite } from './suites/sign-in.js';

jest.setTimeout(90_000);

const KIB = 1024;

let brook: TestBrook;
let browser: Browser;
let site: HostSite;
let github: Provider;
let admin: Visitor;
let token: string;

beforeAll(async () => {
  github = await Provider.start();
  const env = {
    ADMIN_USERNAME: ADMIN,
    ADMIN_PASSWORD: PASSWORD,
    LIMITS: 'off',
    GITHUB_CLIENT_ID: github.clientId,
    GITHUB_CLIENT_SECRET: github.clientSecret,
    GITHUB_BASE_URL: github.url,
    GITHUB_API_URL: `${github.url}/api`,
  };
  [brook, browser, site] = await Promise.all([startBrook(env), openBrowser(), HostSite.open()]);
  token = ((await api('POST', '/sessions', { username: ADMIN, password: PASSWORD, tokens: 'body' })) as { accessToken: string })
    .accessToken;
  await api('PUT', '/admin/widget', { sites: [site.origin], greeting: 'Ask me about rivers.', signIn: true });
  admin = await newVisitor(browser, brook.url);
  await admin.page.goto('/enter?next=/admin');
  await admin.page.getByLabel('Name', { exact: true }).fill(ADMIN);
  await admin.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await admin.page.getByLabel('Password', { exact: true }).press('Enter');
  await admin.page.getByRole('heading', { name: 'Overview' }).waitFor();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
  await brook?.stop();
  await github?.stop();
});

async function api(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${brook.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

const newPage: Stage['newPage'] = async (options: BrowserContextOptions = {}) => {
  const look = { locale: 'en-US', viewport: { width: 1000, height: 760 }, reducedMotion: 'reduce', ...options } as const;
  const context = await browser.newContext(look);
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  return { page, problems, requests };
};

async function newGuest(): Promise<Guest> {
  const { page } = await newPage();
  await page.goto(`${brook.url}/demo/weir.html`);
  return new Guest(page);
}

const stage = (): Stage => ({
  url: brook.url,
  site,
  github,
  snippet: `<script src="${brook.url}/widget.js" async></script>`,
  admin,
  newPage,
  newGuest,
  newVisitor: () => newVisitor(browser, brook.url),
  api,
});
const badge = () => admin.page.getByTestId('unread');

describe('a visitor of the demo and its owner', () => {
  test('talk: the badge rises within 2 s, the answer is read, a reload keeps it', async () => {
    const jonas = await newGuest();
    await jonas.open();
    await jonas.bubble('Ask me about rivers.').waitFor();
    await jonas.page.getByRole('textbox', { name: 'Your name' }).fill('Jonas');
    await jonas.say('Are the trout still there?');
    const at = performance.now();
    await badge().getByText('1', { exact: false }).waitFor();
    expect(performance.now() - at).toBeLessThan(2_000);
    await admin.page.getByRole('link', { name: /Conversations/ }).click();
    await admin.page.getByRole('link', { name: /Jonas/ }).click();
    await admin.page.getByRole('log').getByText('Are the trout still there?').waitFor();
    await jonas.page.locator('.meta', { hasText: 'Read' }).waitFor();
    await badge().waitFor({ state: 'detached' });
    await admin.page.getByRole('textbox', { name: 'Write an answer' }).fill('Eleven on Sunday.');
    await jonas.page.getByText(`${ADMIN} is writing`).waitFor();
    await admin.page.keyboard.press('Enter');
    await jonas.bubble('Eleven on Sunday.').waitFor();
    await admin.page.getByRole('log').getByText('Read', { exact: true }).waitFor();
    await jonas.page.goto(`${brook.url}/demo/kettle.html`);
    await jonas.open();
    await jonas.bubble('Eleven on Sunday.').waitFor();
    await jonas.bubble('Are the trout still there?').waitFor();

    const rosa = await newGuest();
    await rosa.open();
    await rosa.say('Hello from Rosa');
    expect(await rosa.page.locator('brook-widget .text').allInnerTexts()).toEqual(['Hello from Rosa']);
    expect(await jonas.bubble('Rosa').count()).toBe(0);
    // A closed panel counts what comes.
    await rosa.page.keyboard.press('Escape');
    await admin.page.getByRole('link', { name: /Hello from Rosa/ }).click();
    // Until then it is the conversation with Jonas that is written into.
    await admin.page.getByRole('log').getByText('Hello from Rosa').waitFor();
    await admin.page.getByRole('textbox', { name: 'Write an answer' }).fill('Hello Rosa');
    await admin.page.keyboard.press('Enter');
    await rosa.page.getByRole('button', { name: 'Open chat (1)' }).waitFor();
    await rosa.open();
    await rosa.page.getByRole('button', { name: 'Open chat (1)' }).waitFor({ state: 'detached' });
    const download = rosa.page.waitForEvent('download');
    await rosa.page.getByRole('button', { name: 'Download transcript' }).click();
    expect((await download).suggestedFilename()).toMatch(/^chat-.*\.txt$/);
  });

  test('close, reopen, block and delete work live', async () => {
    const kim = await newGuest();
    await kim.open();
    await kim.page.getByRole('textbox', { name: 'Your name' }).fill('Kim');
    await kim.say('One question');
    await admin.page.goto('/admin/conversations');
    await admin.page.getByRole('link', { name: /Kim/ }).click();
    await admin.page.getByRole('button', { name: 'Close conversation' }).click();
    await kim.info(/closed/).waitFor();
    await admin.page.getByTestId('state').getByText('Closed').waitFor();
    await kim.say('One more');
    await admin.page.getByTestId('state').getByText('Open').waitFor();
    await kim.info(/closed/).waitFor({ state: 'detached' });

    await admin.page.getByRole('button', { name: 'Block visitor' }).click();
    await admin.page.getByRole('button', { name: '1 hour' }).click();
    await kim.info(/cannot write here/).waitFor();
    await admin.page.getByText('Blocked until').waitFor();
    await admin.page.getByRole('button', { name: 'Lift the block' }).click();
    await kim.info(/cannot write here/).waitFor({ state: 'detached' });
    await kim.say('Back again');

    await admin.page.getByRole('button', { name: 'Delete conversation' }).click();
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Delete conversation' }).click();
    await kim.bubble('One question').waitFor({ state: 'detached' });
    await admin.page.getByText('Every trace is gone').waitFor();
    await kim.say('A new beginning');
    await admin.page.goto('/admin/conversations');
    await admin.page.getByRole('link', { name: /A new beginning/ }).waitFor();
  });
});

signInSuite(stage);
logSuite(stage);
pageScriptSuite(stage);

test('a page that may keep nothing still has one conversation', async () => {
  const { page } = await newPage();
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await page.goto(`${brook.url}/demo/`);
  const guest = new Guest(page);
  await guest.open();
  await guest.say('First');
  await guest.say('Second');
  expect(await page.locator('brook-widget .text').allInnerTexts()).toEqual(['First', 'Second']);
});

hostPagesSuite(stage);

test('weighs little: the loader, and the whole way to the first message', async () => {
  const { page } = await newPage();
  const scripts = new Map<string, number>();
  page.on('response', async (response) => {
    if (/\/widget.*\.js$/.test(response.url())) scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length);
  });
  await page.goto(`${brook.url}/demo/`);
  const guest = new Guest(page);
  await guest.open();
  await guest.say('How heavy is this?');
  expect(scripts.size).toBe(2);
  expect(scripts.get(`${brook.url}/widget.js`)).toBeLessThanOrEqual(3 * KIB);
  expect([...scripts.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(15 * KIB);
});

test('the demo is Korean for who reads Korean, English for everybody else', async () => {
  const { page } = await newPage({ locale: 'ko-KR' });
  await page.goto(`${brook.url}/demo/`);
  await page.getByRole('button', { name: '채팅 열기' }).waitFor();
  await page.getByRole('link', { name: '고친 주전자' }).click();
  await page.getByRole('heading', { name: '고친 주전자' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('ko');
  const answer = await fetch(`${brook.url}/demo/`, { headers: { 'accept-language': 'fr' } });
  expect([answer.headers.get('vary'), await answer.text()]).toEqual([
    expect.stringContaining('Accept-Language'),
    expect.stringContaining('lang="en"'),
  ]);
});

test('the counter counts a visitor once', async () => {
  const { page } = await newPage();
  for (let visit = 0; visit < 2; visit++) {
    await page.goto(`${brook.url}/demo/`);
    await page.waitForFunction(() => /^\d/.test(document.querySelector('[data-brook-visits=today]')?.textContent ?? ''));
  }
  const { today } = (await api('GET', '/visits')) as { today: number };
  expect(await page.locator('[data-brook-visits=today]').textContent()).toBe(String(today));
  // Every page of this test comes from one address with one browser.
  expect(today).toBe(1);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('axe finds nothing serious on the widget and the console', async () => {
  const guest = await newGuest();
  await guest.open();
  await guest.say('See https://example.org/');
  expect(await seriousFaults(guest.page, 'brook-widget')).toEqual([]);
  await admin.page.goto('/admin/conversations');
  await admin.page.getByRole('link', { name: /See https/ }).click();
  await admin.page.getByRole('log').getByText('See https').waitFor();
  expect(await seriousFaults(admin.page)).toEqual([]);
  for (const path of ['', '/users', '/rooms', '/audit', '/widget']) {
    await admin.page.goto(`/admin${path}`);
    await admin.page.locator('table, figure, svg[role=img], iframe').first().waitFor();
    expect([path, await seriousFaults(admin.page)]).toEqual([path, []]);
  }
});

test('the console is for admins only', async () => {
  await admin.page.goto('/rooms');
  await admin.page.getByRole('heading', { name: 'Discover rooms' }).waitFor();
  await admin.page.getByRole('button', { name: 'Account' }).click();
  await admin.page.getByRole('menuitem', { name: 'Admin console' }).click();
  await admin.page.getByRole('heading', { name: 'Overview' }).waitFor();
  const somebody = await newVisitor(browser, brook.url);
  await somebody.signUp('nobody');
  await somebody.page.getByRole('heading', { name: 'Discover rooms' }).waitFor();
  await somebody.page.getByRole('button', { name: 'Account' }).click();
  await somebody.page.getByRole('menuitem', { name: 'Settings' }).waitFor();
  expect(await somebody.page.getByRole('menuitem', { name: 'Admin console' }).count()).toBe(0);
  await somebody.page.goto('/admin');
  await somebody.page.getByText('This page is for admins.').waitFor();
  await somebody.leave();
});

// Last: another visitor is counted there.
consoleSuite(stage);
