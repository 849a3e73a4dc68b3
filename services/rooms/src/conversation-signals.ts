import { type ChangeEntry, type ConversationMoved, keys } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { toFlat } from '@brook/common/streams';

/**
 * Tells gateways that conversations have moved, by entries without a number, which may be lost: agents ask for their list
 * when they reconnect. `redis` is of role `commands`.
 */
export const conversationSignals =
  (redis: RedisClient, logger: Logger) =>
  (partition: number, conversations: ConversationMoved[]): void => {
    for (const moved of conversations) {
      const entry: ChangeEntry = { type: 'conversation.moved', key: moved.roomId, data: JSON.stringify(moved) };
      redis
        .xadd(keys.events('rooms', partition), '*', ...toFlat(entry))
        .catch((err: unknown) => logger.debug({ err }, 'agents were not told of a message'));
    }
  };
