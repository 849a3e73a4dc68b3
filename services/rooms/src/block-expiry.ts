import { randomUUID } from 'node:crypto';
import type { Logger } from '@brook/common/logging';
import type { CommandProducer } from '@brook/common/streams';
import { SYSTEM } from './domain/conversation.js';
import type { ConversationLists } from './repositories/conversation-lists.js';

const EVERY_MS = 2_000;

export interface BlockExpiryOptions {
  conversations: Pick<ConversationLists, 'endedBlocks'>;
  producer: Pick<CommandProducer, 'send'>;
  logger: Logger;
}

/** Lets visitors in again whose block has come to its end: by a command, like every change. Any number of replicas may do it. */
export class BlockExpiry {
  readonly #options: BlockExpiryOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: BlockExpiryOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#run()
        .catch((err: unknown) => this.#options.logger.warn({ err }, 'ended blocks could not be lifted'))
        .finally(() => {
          this.#running = undefined;
        });
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { conversations, producer } = this.#options;
    for (const roomId of await conversations.endedBlocks(new Date())) {
      const data = JSON.stringify({ expired: true });
      const idem = `visitor.unblock ${roomId} ${randomUUID()}`;
      await producer.send('rooms', { type: 'visitor.unblock', key: roomId, actor: JSON.stringify(SYSTEM), data, idem });
    }
  }
}
