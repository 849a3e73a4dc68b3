import { createBrook } from '@brook/sdk';
import { WebSocket } from 'ws';
import { PASSWORD } from './people.mjs';

const RATE = 50;
const SECONDS = 6;

/** Prints how long the first messages take, cold and warm, and how long an interaction takes while a busy room is watched. */
export async function measure(browser, url, facts) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto('/enter');
  await page.locator('input[name=username]').fill(facts.dana.user.username);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').first().click();
  await page.waitForURL('**/rooms');
  const first = async () => {
    const from = performance.now();
    await page.goto(`/rooms/${facts.river.id}`, { waitUntil: 'commit' });
    await page.locator('article').nth(6).waitFor();
    return Math.round(performance.now() - from);
  };
  const cold = await first();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // The room is written down half a second after it stands still.
  await page.waitForTimeout(3_000);
  const warm = [];
  for (let n = 0; n < 5; n++) warm.push(await first());
  const paint = await interaction(page, url);
  process.stdout.write(`First messages: ${cold} ms cold, ${warm.join(', ')} ms warm\n`);
  process.stdout.write(
    `Interaction to next paint at ${RATE} messages/s: median ${paint.median} ms, 98th percentile ${paint.p98} ms, longest ${paint.longest} ms (${paint.count} keys)\n`,
  );
  await context.close();
}

/** Types while somebody sends `RATE` messages a second to the same room; the browser's own event timing tells the rest. */
async function interaction(page, url) {
  const flood = createBrook({ url, webSocket: WebSocket, tokens: 'body' });
  await flood.signUp({ username: `flood${Date.now() % 1e8}`, password: PASSWORD, displayName: 'River' });
  await flood.connect();
  const room = await flood.rooms.create({ name: 'Busy' });
  await page.goto(`/rooms/${room.id}`);
  await page.getByRole('button', { name: 'Join room' }).click();
  await page.locator('textarea').waitFor();
  await page.evaluate(() => {
    globalThis.durations = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) globalThis.durations.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false });
  });
  let sent = 0;
  const timer = setInterval(() => {
    // Whatever is refused is sent again by the client itself.
    flood.send(room.id, `Message **${++sent}** with a [link](https://example.org/${sent}) and some words`).catch(() => undefined);
  }, 1000 / RATE);
  const until = performance.now() + SECONDS * 1000;
  let keys = 0;
  while (performance.now() < until) {
    await page.locator('textarea').press('a');
    keys++;
    await page.waitForTimeout(80);
  }
  clearInterval(timer);
  const durations = await page.evaluate(() => globalThis.durations.sort((a, b) => a - b));
  await flood.close();
  // Keys that took less than 16 ms are not listed by the browser.
  const all = [...Array(Math.max(0, keys - durations.length)).fill(16), ...durations].sort((a, b) => a - b);
  const at = (share) => all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0;
  return { median: at(0.5), p98: at(0.98), longest: all.at(-1) ?? 0, count: keys };
}
