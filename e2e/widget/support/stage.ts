import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Visitor } from '../../browser/support/visitor.js';
import type { Provider } from '../../../services/gateway/test/support/provider.js';
import type { Guest } from './guest.js';
import type { HostSite } from './host-page.js';

/** Name of the one admin, who answers. */
export const ADMIN = 'mira';

/** What the suites play on. */
export interface Stage {
  /** Of the server. */
  url: string;
  /** Somebody else's site, which may use the widget. */
  site: HostSite;
  github: Provider;
  /** The widget's line, as it stands on a page. */
  snippet: string;
  /** At the console, in a browser of their own. */
  admin: Visitor;
  /** A browser of one's own, with what its console complains of and what it asked for. */
  newPage(options?: BrowserContextOptions): Promise<{ page: Page; problems: string[]; requests: string[] }>;
  /** Somebody on a page of the demo. */
  newGuest(): Promise<Guest>;
  /** Somebody at the web client, in a browser of their own. */
  newVisitor(): Promise<Visitor>;
  /** The REST API, as the admin. @returns the answer's body @throws when it is refused */
  api(method: string, path: string, body?: object): Promise<unknown>;
}

/** Opens a visitor's conversation in the console, found by its newest message. */
export async function openConversation(admin: Visitor, newest: string): Promise<void> {
  await admin.page.goto('/admin/conversations');
  await admin.page.getByRole('link', { name: new RegExp(newest) }).click();
  await admin.page.getByRole('log').getByText(newest).waitFor();
}

/** Answers in the conversation that is open in the console. */
export async function answer(admin: Visitor, text: string): Promise<void> {
  await admin.page.getByRole('textbox', { name: 'Write an answer' }).fill(text);
  await admin.page.keyboard.press('Enter');
  await admin.page.getByRole('log').getByText(text).waitFor();
}
