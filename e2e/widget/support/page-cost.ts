import type { Page } from 'playwright-core';

/** How often the layout of the page shifted so far. */
export const layoutShifts = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(0), 200);
      }),
  );

/**
 * Milliseconds for which the widget's script holds the page up: the fastest of some runs, for what the script costs, not what
 * else the machine does. The page's own widget is gone afterwards.
 */
export const scriptCost = (page: Page, address: string): Promise<number> =>
  page.evaluate(async (src) => {
    const text = await (await fetch(src)).text();
    const current = `Object.assign(document.createElement('script'),{src:'${src}'})`;
    const runs: number[] = [];
    for (let run = 0; run < 5; run++) {
      (window as unknown as { Brook?: { destroy(): void } }).Brook?.destroy();
      const script = document.createElement('script');
      script.textContent = text.replace('document.currentScript', current);
      const at = performance.now();
      document.head.append(script);
      runs.push(performance.now() - at);
    }
    return Math.min(...runs);
  }, address);

/**
 * Total blocking time of the page, in milliseconds: what its long tasks hold beyond 50 ms each, from the first contentful paint
 * until none came for 5 s. Call it when the page has loaded; what came before is counted.
 */
export const blockingTime = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const long: PerformanceEntry[] = [];
        let calm: ReturnType<typeof setTimeout>;
        const finish = () => {
          const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
          const over = long.map(({ startTime, duration }) => startTime + duration - Math.max(startTime, painted) - 50);
          resolve(over.reduce((sum, ms) => sum + Math.max(0, ms), 0));
        };
        const wait = () => {
          clearTimeout(calm);
          calm = setTimeout(finish, 5_000);
        };
        new PerformanceObserver((list) => {
          long.push(...list.getEntries());
          wait();
        }).observe({ type: 'longtask', buffered: true });
        wait();
      }),
  );
