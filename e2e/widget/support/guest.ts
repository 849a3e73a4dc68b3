import type { Locator, Page } from 'playwright-core';

/** Somebody who reads a page with the widget on it. */
export class Guest {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get launch(): Locator {
    return this.page.locator('brook-widget .launch');
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: 'Write a message' });
  }

  /** Waits for the panel, which loads with the first click. */
  async open(): Promise<void> {
    await this.launch.click();
    await this.field.waitFor();
  }

  /** Writes, and waits until the server has it. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
    await this.bubble(text).waitFor();
    await this.page.locator('brook-widget [data-pending]').waitFor({ state: 'detached' });
  }

  bubble(text: string): Locator {
    return this.page.locator('brook-widget .text', { hasText: text });
  }

  info(text: RegExp): Locator {
    return this.page.locator('brook-widget .info', { hasText: text });
  }
}
