import { findChromium } from '@brook/common/testing';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { Visitor } from './visitor.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium with a new profile; the caller closes it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium((sentence) => process.stdout.write(`${sentence}\n`)), args: FLAGS });

/** Somebody at a browser of their own: cookies and storage are shared with nobody. */
export async function newVisitor(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-US',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  // Its files would be fetched for each person anew; the test of the start has one.
  if (options.serviceWorkers !== 'allow')
    await context.addInitScript(() => delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker);
  // A client that lost its connection waits up to 10 s before it tries again, and the machine may be busy.
  context.setDefaultTimeout(Number(process.env['BROWSER_TIMEOUT_MS'] ?? 30_000));
  return new Visitor(context, await context.newPage());
}
