/*
 * Draws every page of the web client at 375, 768 and 1280 pixels, light and dark, in Korean and English by turns, and prints
 * how quick it is:
 *
 *   npm run screenshots [-- folder] [--only scene,scene]
 *
 * A Brook of its own is started for it, unless BROOK_URL names one (SUFFIX is put behind the people's names where they are
 * taken). Pictures go to .data/screenshots; --docs draws the few that stand in docs/screenshots instead.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '@brook/common/embedded';
import { spawnBrook } from '@brook/infra/local';
import { chromium } from 'playwright-core';
import { build } from '../../../tools/build.mjs';
import { measure } from './measure.mjs';
import { PASSWORD, populate } from './people.mjs';
import { SCENES, show } from './scenes.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, docs: { type: 'boolean' }, measure: { type: 'boolean' } },
});

const SIZES = [
  { width: 375, height: 812 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
];
/** What stands in the README. */
const DOCS = [
  { scene: 'home', width: 1280, colorScheme: 'light', locale: 'en-US' },
  { scene: 'room', width: 1280, colorScheme: 'light', locale: 'en-US' },
  { scene: 'room', width: 1280, colorScheme: 'dark', locale: 'ko-KR' },
  { scene: 'room', width: 375, colorScheme: 'light', locale: 'en-US' },
  { scene: 'rooms', width: 375, colorScheme: 'dark', locale: 'ko-KR' },
];

async function serve() {
  if (process.env.BROOK_URL) return { url: process.env.BROOK_URL, stop: () => undefined };
  build((part) => process.stdout.write(`Building ${part}\n`));
  const folder = mkdtempSync(join(tmpdir(), 'brook-screenshots-'));
  const brook = await spawnBrook({ dataDir: join(folder, 'data'), port: await freePort(), env: { LIMITS: 'off' } });
  const stop = async () => {
    await brook.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: brook.url, stop };
}

/** One browser of the given size and colours, with Dana signed in. */
async function sitDown(browser, url, { size, colorScheme, locale }) {
  const phone = size.width < 500;
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    colorScheme,
    locale,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
    ...(phone ? { deviceScaleFactor: values.docs ? 1.5 : 1, isMobile: true, hasTouch: true } : {}),
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  return { context, page };
}

async function enter(page, name) {
  await page.goto('/enter');
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').first().click();
  await page.waitForURL('**/rooms');
}

async function drawAll(browser, url, facts, folder) {
  const wanted = values.only?.split(',');
  const scenes = SCENES.filter(({ name }) => !wanted || wanted.includes(name));
  for (const size of SIZES) {
    for (const colorScheme of ['light', 'dark']) {
      const locale = colorScheme === 'light' ? 'en-US' : 'ko-KR';
      const { context, page } = await sitDown(browser, url, { size, colorScheme, locale });
      for (const scene of scenes.filter(({ visitor }) => visitor)) await draw(page, scene, facts, folder, size, colorScheme);
      await enter(page, facts.dana.user.username);
      for (const scene of scenes.filter(({ visitor }) => !visitor)) await draw(page, scene, facts, folder, size, colorScheme);
      await context.close();
    }
  }
}

async function draw(page, scene, facts, folder, { width }, colorScheme) {
  try {
    await show(page, scene, facts);
  } catch (error) {
    process.stdout.write(`${scene.name} at ${width}, ${colorScheme}: ${String(error).split('\n')[0]}\n`);
    process.exitCode = 1;
  }
  await page.screenshot({ path: join(folder, `${scene.name}-${width}-${colorScheme}.png`) });
}

async function drawDocs(browser, url, facts, folder) {
  for (const { scene, width, colorScheme, locale } of DOCS) {
    const size = SIZES.find((one) => one.width === width);
    const { context, page } = await sitDown(browser, url, { size, colorScheme, locale });
    const found = SCENES.find(({ name }) => name === scene);
    if (!found.visitor) await enter(page, facts.dana.user.username);
    await show(page, found, facts);
    await page.screenshot({ path: join(folder, `${scene}-${width < 500 ? 'phone-' : ''}${colorScheme}.png`) });
    await context.close();
  }
}

const folder = positionals[0] ?? join(root, values.docs ? 'docs/screenshots' : '.data/screenshots');
mkdirSync(folder, { recursive: true });
const { url, stop } = await serve();
const facts = await populate(url, process.env.SUFFIX);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});
try {
  if (values.docs) await drawDocs(browser, url, facts, folder);
  else if (!values.measure) await drawAll(browser, url, facts, folder);
  if (!values.docs) await measure(browser, url, facts);
  process.stdout.write(values.measure ? '' : `The pictures lie in ${folder}\n`);
} finally {
  await browser.close();
  await facts.close();
  await stop();
}
