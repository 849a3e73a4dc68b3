import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds serious or critical on the page, shadow roots included; one line a fault. */
export async function seriousFaults(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (selector): Promise<Violation[]> => {
    const { axe: run } = window as unknown as { axe: { run(context: string): Promise<{ violations: Violation[] }> } };
    return (await run.run(selector)).violations;
  }, within);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
