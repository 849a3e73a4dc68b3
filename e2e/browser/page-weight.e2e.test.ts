import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { newVisitor, openBrowser } from './support/browser.js';
import { startBrook, type TestBrook } from './support/system.js';

jest.setTimeout(90_000);

const LIMIT_KB = 150;

let brook: TestBrook;
let browser: Browser;

beforeAll(async () => {
  [brook, browser] = await Promise.all([startBrook(), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await brook?.stop();
});

test('the scripts of the first view are small, whatever the language', async () => {
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

test('no page scrolls sideways on a phone, and the text is in the language of the browser', async () => {
  const visitor = await newVisitor(browser, brook.url, { locale: 'ko-KR', viewport: { width: 375, height: 812 } });
  for (const path of ['/', '/sign-up', '/enter', '/nothing-here']) {
    await visitor.page.goto(path);
    await visitor.page.getByText('English').waitFor();
    expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('ko');
    expect(await visitor.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  }
  await visitor.leave();
});
