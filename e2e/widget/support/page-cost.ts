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
