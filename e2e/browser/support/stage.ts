import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Room } from '@brook/common/contracts';
import { type Brook, createBrook } from '@brook/sdk';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { WebSocket } from 'ws';
import { newVisitor, openBrowser } from './browser.js';
import { fillRoom } from './fill-room.js';
import { startBrook, type TestBrook } from './system.js';
import { PASSWORD, type Visitor } from './visitor.js';

/**
 * One Brook and one browser for all tests of a file. Whoever comes in is shown out after the test, and must have had nothing to
 * complain of: no error, no warning, no breach of the content security policy.
 */
export class Stage {
  #brook: TestBrook | undefined;
  #browser: Browser | undefined;
  readonly #visitors: Visitor[] = [];
  readonly #talkers: Brook[] = [];
  #names = 0;

  constructor() {
    beforeAll(async () => {
      // Many people come from one address here; the limits have tests of their own.
      [this.#brook, this.#browser] = await Promise.all([startBrook({ LIMITS: 'off' }), openBrowser()]);
    });
    afterEach(() => this.#clear());
    afterAll(async () => {
      await this.#browser?.close();
      await this.#brook?.stop();
    });
  }

  get url(): string {
    if (!this.#brook) throw new Error('The stage is not open yet');
    return this.#brook.url;
  }

  /** A name that nobody has, on a person or a room. */
  name(stem: string): string {
    this.#names++;
    return `${stem}${this.#names}`;
  }

  /** Somebody at a browser of their own who is not signed in. */
  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    if (!this.#browser) throw new Error('The stage is not open yet');
    const visitor = await newVisitor(this.#browser, this.url, options);
    this.#visitors.push(visitor);
    return visitor;
  }

  /** Somebody at a browser with a new account, looking at the rooms. */
  async person(name: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await this.visitor(options);
    await visitor.join(name);
    return visitor;
  }

  /** Somebody with a new account who talks without a browser. */
  async talker(name: string): Promise<Brook> {
    const brook = createBrook({ url: this.url, webSocket: WebSocket, tokens: 'body' });
    this.#talkers.push(brook);
    await brook.signUp({ username: name, password: PASSWORD });
    await brook.connect();
    return brook;
  }

  /** A new room of this person's with somebody else in it, whose username is given. */
  async roomWith(owner: Brook, username: string, stem = 'Room '): Promise<Room> {
    const [room, person] = await Promise.all([owner.rooms.create({ name: this.name(stem) }), owner.users.find(username)]);
    if (!person) throw new Error(`${username} has no account`);
    await owner.rooms.putMember(room.id, person.id);
    return room;
  }

  /** Fills an empty room with messages of this person, from `line 1` to `line <count>`. */
  async fill({ user }: Brook, roomId: string, count: number): Promise<void> {
    if (!this.#brook || !user) throw new Error('Nobody is there to have written it');
    const { id, username, displayName, avatarUrl } = user;
    await fillRoom(this.#brook.databaseUrl, roomId, { id, username, displayName, avatarUrl }, count);
  }

  async #clear(): Promise<void> {
    const visitors = this.#visitors.splice(0);
    const complaints = visitors.flatMap((visitor) => visitor.problems());
    await Promise.all([...visitors.map((visitor) => visitor.leave()), ...this.#talkers.splice(0).map((brook) => brook.close())]);
    expect(complaints).toEqual([]);
  }
}
