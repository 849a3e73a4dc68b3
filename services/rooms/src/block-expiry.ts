import { randomUUID } from 'node:crypto';
import type { Logger } from '@brook/common/logging';
import type { CommandProducer } from '@brook/common/streams';
import { SYSTEM } from './domain/conversation.js';
import { RepeatedWork } from './repeated-work.js';
import type { ConversationLists } from './repositories/conversation-lists.js';

const EVERY_MS = 2_000;

export interface BlockExpiryOptions {
  conversations: Pick<ConversationLists, 'endedBlocks'>;
  producer: Pick<CommandProducer, 'send'>;
  logger: Logger;
}

/** Lets visitors in again whose block has come to its end: by a command, like every change. Any number of replicas may do it. */
export const blockExpiry = ({ logger, ...options }: BlockExpiryOptions): RepeatedWork =>
  new RepeatedWork({
    everyMs: EVERY_MS,
    work: () => liftEndedBlocks(options),
    failure: 'ended blocks could not be lifted',
    logger,
  });

async function liftEndedBlocks({ conversations, producer }: Omit<BlockExpiryOptions, 'logger'>): Promise<void> {
  for (const roomId of await conversations.endedBlocks(new Date())) {
    const data = JSON.stringify({ expired: true });
    const idem = `visitor.unblock ${roomId} ${randomUUID()}`;
    await producer.send('rooms', { type: 'visitor.unblock', key: roomId, actor: JSON.stringify(SYSTEM), data, idem });
  }
}
