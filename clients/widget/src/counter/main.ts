/*
 * The visitor counter: counts this visitor once a day, without a cookie or anything stored here, and writes the numbers
 * into the page's elements with `data-brook-visits="today"` or `"total"`.
 */
const script = document.currentScript;

async function count(base: string): Promise<void> {
  const answer = await fetch(`${base}/api/v1/visits`, { method: 'POST', credentials: 'omit', keepalive: true });
  if (!answer.ok) return;
  const visits = (await answer.json()) as Record<string, number>;
  for (const element of document.querySelectorAll<HTMLElement>('[data-brook-visits]'))
    element.textContent = (visits[element.dataset['brookVisits'] ?? ''] ?? 0).toLocaleString();
}

if (script instanceof HTMLScriptElement && script.src) {
  const { origin } = new URL(script.src);
  // Without the server the page keeps the text that it came with.
  count(origin).catch(() => undefined);
}
export {};
