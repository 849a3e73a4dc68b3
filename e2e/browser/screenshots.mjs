/*
 * Draws the pictures of the README on a running Brook, best an empty one:
 *
 *   BROOK_URL=http://localhost:8080 node e2e/browser/screenshots.mjs [folder]
 *
 * People and rooms are made for it (SUFFIX is put behind the names where they are taken). Pictures go to
 * docs/screenshots, or to the folder given.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBrook } from '@brook/sdk';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';

const url = process.env.BROOK_URL ?? 'http://localhost:8080';
const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
/** Keeps names free when it is run twice; empty the first time, so that the pictures look like life. */
const suffix = process.env.SUFFIX ?? '';
const password = 'a long enough password';

async function person(username, displayName) {
  const brook = createBrook({ url, webSocket: WebSocket, tokens: 'body' });
  await brook.signUp({ username: `${username}${suffix}`, password, displayName });
  return brook;
}

async function populate() {
  const [dana, minjun, alex] = await Promise.all([
    person('dana', 'Dana'),
    person('minjun', '민준'),
    person('alex', 'Alex Rivera'),
  ]);
  const make = (owner, name, topic, visibility = 'public') => owner.rooms.create({ name, topic, visibility });
  const kitchen = await make(alex, 'Kitchen table', 'What are we cooking this week?');
  const books = await make(minjun, '같이 읽기', '이번 달: 소설 한 권, 시집 한 권');
  const plans = await make(dana, 'Weekend plans', '', 'private');
  const river = await make(dana, 'Riverside', 'Walks along the water, in any weather');
  await make(alex, 'Bicycle repair', 'Chains, brakes and good advice');
  for (const room of [kitchen, books]) await dana.rooms.join(room.id);
  for (const brook of [minjun, alex]) await brook.rooms.join(river.id);
  await Promise.all([dana, minjun, alex].map((brook) => brook.connect()));
  await dana.send(plans.id, 'Tickets are booked for Sunday');
  await alex.send(kitchen.id, 'I can bring bread on Thursday');
  await alex.send(kitchen.id, 'And there is soup for everyone');
  await minjun.send(books.id, '다음 모임은 금요일 저녁이에요');
  const says = [
    [dana, 'The new path along the water opens on Saturday. Has anybody seen it yet?'],
    [minjun, '어제 지나가다 봤어요. 다리 아래로 이어지더라고요.'],
    [minjun, '가로등도 새로 생겼어요!'],
    [alex, 'Then let us walk it together. Ten o’clock at the old mill?'],
    [dana, 'Ten is good.'],
    [dana, 'I bring coffee. Here is the map: https://example.org/riverside/path'],
    [alex, 'Perfect. If it rains we go anyway — the mill has a roof, and the ducks do not mind.'],
    [minjun, '저는 사진기를 챙길게요. 토요일에 봐요.'],
  ];
  for (const [brook, text] of says) await brook.send(river.id, text);
  return { people: [dana, minjun, alex], river };
}

async function enter(context) {
  const page = await context.newPage();
  await page.goto('/enter');
  await page.locator('input[name=username]').fill(`dana${suffix}`);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL('**/rooms');
  return page;
}

async function draw(browser, { width, height, colorScheme, locale, name, what }, { river }) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height },
    colorScheme,
    locale,
    reducedMotion: 'reduce',
    ...(width < 500 ? { deviceScaleFactor: 2, isMobile: true, hasTouch: true } : {}),
  });
  const shot = async (page, scene) => {
    if (!what.includes(scene)) return;
    // Web fonts there are none; the last frame of a transition there may be.
    await page.evaluate(() =>
      Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))),
    );
    await page.screenshot({ path: join(folder, `${scene}-${name}.png`) });
  };
  const visitor = await context.newPage();
  await visitor.goto('/');
  await visitor.locator('h1').waitFor();
  await shot(visitor, 'home');
  await visitor.close();
  const page = await enter(context);
  await page.locator('nav a', { hasText: 'Riverside' }).waitFor();
  if (width > 500) await page.locator('main li').first().waitFor();
  await shot(page, 'rooms');
  await page.goto(`/rooms/${river.id}`);
  await page.locator('article').nth(7).waitFor();
  if (width > 500) await page.locator('aside [role=img]').nth(2).waitFor();
  await shot(page, 'room');
  await context.close();
}

mkdirSync(folder, { recursive: true });
const scene = await populate();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});
try {
  const desk = { width: 1280, height: 800 };
  const phone = { width: 375, height: 812 };
  await draw(browser, { ...desk, colorScheme: 'light', locale: 'en-US', name: 'light', what: ['home', 'room'] }, scene);
  await draw(browser, { ...desk, colorScheme: 'dark', locale: 'ko-KR', name: 'dark', what: ['rooms', 'room'] }, scene);
  await draw(browser, { ...phone, colorScheme: 'light', locale: 'en-US', name: 'phone-light', what: ['room'] }, scene);
  await draw(browser, { ...phone, colorScheme: 'dark', locale: 'ko-KR', name: 'phone-dark', what: ['rooms'] }, scene);
} finally {
  await browser.close();
  await Promise.all(scene.people.map((brook) => brook.close()));
}
