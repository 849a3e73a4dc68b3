import type { BrowserContext, CDPSession, Locator, Page } from 'playwright-core';

export const PASSWORD = 'correct horse battery';

/** Runs in the page. */
async function keptHere(): Promise<string> {
  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
  const database = await settled(indexedDB.open('brook-cache'));
  const values: unknown = await settled(database.transaction('kept').objectStore('kept').getAll());
  database.close();
  return JSON.stringify(values);
}

/** A person at the web client, and everything that their browser complained of. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #problems: string[] = [];
  /** Containers that come and go on the same machine change its network under the browser, which then loads again. */
  readonly #expected: RegExp[] = [/ERR_NETWORK_CHANGED/];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    // A breach of the content security policy is an error of the console, too.
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.#problems.push(`${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.#problems.push(String(error)));
  }

  /** Errors and warnings of the console, but those that were announced with `expect`. */
  problems(): string[] {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** Announces complaints that belong to the test, e.g. a 404 that is the answer to a question. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Messages as they stand in the room, oldest first, sent or not. */
  get messages(): Locator {
    return this.page.getByRole('log').locator('article [data-text]');
  }

  message(text: string): Locator {
    return this.page.getByRole('log').locator('article', { hasText: text });
  }

  get composer(): Locator {
    return this.page.locator('textarea');
  }

  /** A new account without the pages for it, as after a login through GitHub; ends at the rooms. */
  async join(username: string): Promise<void> {
    const response = await this.context.request.post('/api/v1/users', { data: { username, password: PASSWORD } });
    if (!response.ok()) throw new Error(`${username} could not be signed up: ${response.status()}`);
    await this.page.goto('/rooms?signed-in=test');
    await this.page.getByRole('button', { name: 'Account' }).waitFor();
  }

  async signUp(username: string): Promise<void> {
    await this.page.goto('/');
    await this.page.getByRole('link', { name: 'Create an account' }).click();
    await this.page.getByLabel('Name', { exact: true }).fill(username);
    await this.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await this.page.waitForURL('**/rooms');
  }

  async open(roomId: string): Promise<void> {
    await this.page.goto(`/rooms/${roomId}`);
    await this.page.getByRole('log').waitFor();
  }

  /** Opens the toolbar of a message and presses one of its buttons. */
  async act(text: string, button: string): Promise<void> {
    await this.message(text).first().hover();
    await this.message(text).first().getByRole('button', { name: button, exact: true }).click();
  }

  /** The panel of the members, opened where it is not. */
  async members(): Promise<Locator> {
    const button = this.page
      .getByRole('banner')
      .or(this.page.locator('main header'))
      .getByRole('button', { name: /(Show|Hide) members/ })
      .first();
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    return this.page.getByRole('complementary', { name: 'Members' });
  }

  async createRoom(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New room' }).first().click();
    await this.page.getByLabel('Room name').fill(name);
    await this.page.getByRole('button', { name: 'Create room' }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** From the rooms: finds a public one by its name, looks into it and joins. */
  async joinRoom(name: string): Promise<void> {
    await this.page.locator('a[href="/rooms/discover"]').first().click();
    await this.page.getByLabel('Search public rooms').fill(name);
    await this.page.getByRole('main').getByRole('link', { name }).click();
    await this.page.getByRole('button', { name: 'Join room' }).click();
    await this.composer.waitFor();
  }

  /** Scrolls the room as a person does it: by the wheel, which ends a jump that is under way. */
  async scrollTo(top: number): Promise<void> {
    await this.page.getByRole('log').evaluate((list, to) => {
      list.dispatchEvent(new WheelEvent('wheel'));
      list.scrollTo({ top: to });
    }, top);
  }

  /** Writes and presses Enter. */
  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Says it and waits until the server has it. */
  async sayAndWait(text: string): Promise<void> {
    await this.say(text);
    await this.message(text).locator('[data-state=sent]').waitFor();
  }

  async hears(text: string): Promise<void> {
    await this.message(text).first().waitFor();
  }

  /** Everything that the page keeps for the next visit, as JSON. */
  kept(): Promise<string> {
    return this.page.evaluate(keptHere);
  }

  /** The browser's own protocol, for keys of input methods. */
  protocol(): Promise<CDPSession> {
    return this.context.newCDPSession(this.page);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
