import { createBrook } from '@brook/sdk';
import { WebSocket } from 'ws';
import { PASSWORD } from './people.mjs';

const RATE = 50;
const SECONDS = 6;

/** Prints how long the first messages take, cold and warm, how long a key takes while a busy room is watched, and what that costs. */
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
  process.stdout.write(
    `Main thread meanwhile: ${paint.cpu.perMessage} ms of CPU a message, longest task ${paint.cpu.longest} ms, ${paint.cpu.over50} over 50 ms\n`,
  );
  await context.close();
}

/** Runs `work` and resolves with the tasks of the page's main thread meanwhile, in ms of CPU: other programs do not count. */
async function mainThreadTasks(page, work) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const over = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  const includedCategories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'];
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories, excludedCategories: ['*'] },
  });
  await work();
  await session.send('Tracing.end');
  await over;
  const of = (thread, name) =>
    events.filter((event) => event.name === name && event.pid === thread.pid && event.tid === thread.tid);
  // Other pages of the browser have main threads, too; this one did the most.
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const [busiest] = threads.map((thread) => of(thread, 'RunTask')).sort((a, b) => b.length - a.length);
  return busiest.map(({ tdur = 0 }) => tdur / 1000);
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
  let keys = 0;
  const flooding = async () => {
    const timer = setInterval(() => {
      // Whatever is refused is sent again by the client itself.
      flood
        .send(room.id, `Message **${++sent}** with a [link](https://example.org/${sent}) and some words`)
        .catch(() => undefined);
    }, 1000 / RATE);
    const until = performance.now() + SECONDS * 1000;
    while (performance.now() < until) {
      await page.locator('textarea').press('a');
      keys++;
      await page.waitForTimeout(80);
    }
    clearInterval(timer);
  };
  const tasks = await mainThreadTasks(page, flooding);
  const cpu = {
    perMessage: (tasks.reduce((sum, ms) => sum + ms, 0) / sent).toFixed(1),
    longest: Math.round(Math.max(...tasks)),
    over50: tasks.filter((ms) => ms > 50).length,
  };
  const durations = await page.evaluate(() => globalThis.durations.sort((a, b) => a - b));
  await flood.close();
  // Keys that took less than 16 ms are not listed by the browser.
  const all = [...Array(Math.max(0, keys - durations.length)).fill(16), ...durations].sort((a, b) => a - b);
  const at = (share) => all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0;
  return { median: at(0.5), p98: at(0.98), longest: all.at(-1) ?? 0, count: keys, cpu };
}
