import { afterEach, beforeEach } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Brook, createBrook } from '../brook.js';
import type { BrookOptions, Timing } from '../options.js';
import { ProtocolServer } from './protocol-server.js';

export const ROOM = '0190aaaa-0000-7000-8000-000000000001';
export const QUICK: Partial<Timing> = { reconnectBaseMs: 20, reconnectCapMs: 50, gapMs: 30, stableMs: 0 };

export const texts = (messages: readonly { text: string }[]): string[] => messages.map((message) => message.text);

/** For each test of a file a server of its own, and Alice, who is signed in there but not connected. */
export class ClientStage {
  #server: ProtocolServer | undefined;
  #brook: Brook | undefined;

  constructor() {
    beforeEach(async () => {
      this.#server = await ProtocolServer.start();
      this.#brook = this.client();
      await this.#brook.signUp({ username: 'alice', password: 'correct horse' });
    });
    afterEach(async () => {
      await this.#brook?.close();
      await this.#server?.stop();
    });
  }

  get server(): ProtocolServer {
    if (!this.#server) throw new Error('No test runs');
    return this.#server;
  }

  get brook(): Brook {
    if (!this.#brook) throw new Error('No test runs');
    return this.#brook;
  }

  /** One more client of the same server; nobody is signed in. */
  client(options: Partial<BrookOptions> = {}): Brook {
    return createBrook({ url: this.server.url, webSocket: WebSocket, timing: QUICK, ...options });
  }

  /** Texts of the room's messages as the server has them. */
  stored(): string[] {
    return texts(this.server.room(ROOM).messages);
  }
}
