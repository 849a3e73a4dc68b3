import { describe, expect, test } from '@jest/globals';
import { ATTACKS } from '../support/attacks.js';
import type { Stage } from '../support/stage.js';

interface Watched {
  ran: string[];
  reports: string[];
}

/** What must never be in a message: elements that load or run, attributes that do, addresses that are no addresses. */
function forbiddenParts(): string[] {
  const parts: string[] = [];
  for (const text of document.querySelectorAll('[data-text]')) {
    for (const element of text.querySelectorAll('*')) {
      if (!/^(?:P|DIV|SPAN|STRONG|EM|S|CODE|PRE|BLOCKQUOTE|UL|OL|LI|A)$/.test(element.tagName))
        parts.push(element.outerHTML.slice(0, 200));
      for (const { name } of element.attributes)
        if (name.startsWith('on') || name === 'srcdoc' || name === 'style') parts.push(`${element.tagName} ${name}`);
      const href = element.getAttribute('href');
      if (href !== null && !/^(?:https?:\/\/|mailto:)/.test(href)) parts.push(href);
      if (href !== null && !element.getAttribute('rel')?.includes('noopener')) parts.push(`no rel: ${href}`);
    }
  }
  return parts;
}

/** Attacks on whoever reads: sent through the real server, drawn in the real browser. */
export function attacksSuite(stage: Stage): void {
  describe('attacks', () => {
    test(`${ATTACKS.length} of them in one room: no script runs, nothing is reported, nothing that could is drawn`, async () => {
      expect(ATTACKS.length).toBeGreaterThanOrEqual(200);
      const owner = await stage.talker(stage.name('owner'));
      const room = await owner.rooms.create({ name: '<img src=x onerror=alert(1)>', topic: '"><script>alert(1)</script>' });
      const sent = await Promise.all(ATTACKS.map((text) => owner.send(room.id, text)));
      expect(sent.map(({ text }) => text)).toEqual(ATTACKS.map((text) => text.trim()));
      const ada = await stage.visitor();
      await ada.page.addInitScript(() => {
        const watched = { ran: [] as string[], reports: [] as string[] };
        const ran = (what: string) => () => void watched.ran.push(what);
        Object.assign(window, {
          watched,
          alert: ran('alert'),
          confirm: ran('confirm'),
          prompt: ran('prompt'),
          print: ran('print'),
        });
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
          watched.reports.push(`${violatedDirective} ${blockedURI}`),
        );
      });
      await ada.join(stage.name('ada'));
      await ada.page.goto(`/rooms/${room.id}?message=1`);
      await ada.page.locator('article[data-seq="1"]').waitFor();

      const drawn = new Set<number>();
      const forbidden: string[] = [];
      for (let n = 0; n < 200 && !drawn.has(ATTACKS.length); n++) {
        for (const seq of await ada.page
          .locator('article[data-seq]')
          .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-seq')))))
          drawn.add(seq);
        forbidden.push(...(await ada.page.evaluate(forbiddenParts)));
        await ada.page.getByRole('log').evaluate((list) => list.scrollBy({ top: list.clientHeight * 0.9 }));
        await ada.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      }
      expect(drawn.size).toBe(ATTACKS.length);
      expect(forbidden).toEqual([]);
      const watched = await ada.page.evaluate(() => (window as unknown as { watched: Watched }).watched);
      expect(watched).toEqual({ ran: [], reports: [] });
      expect(new URL(ada.page.url()).pathname).toBe(`/rooms/${room.id}`);
    });
  });
}
