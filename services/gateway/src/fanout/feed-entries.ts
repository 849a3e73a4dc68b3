import { type FeedConsumer, type RawEntry, toFields } from '@brook/common/streams';
import type { CommandBus } from '../commands/command-bus.js';
import { settleReply } from './message-events.js';

/**
 * Hands entries of a numbered feed to its consumer, and each answer among them to the command bus once every change
 * before it was applied here: who is told that he has joined may send at once. Does not wait: the feed keeps its own
 * order, and a slow pull of one feed must not hold back messages.
 */
export function takeFeedEntries<Changes>(
  feed: Pick<FeedConsumer<Changes>, 'onEntries'>,
  bus: Pick<CommandBus, 'gatewayId' | 'settle'>,
  partition: number,
  entries: RawEntry[],
): void {
  let from = 0;
  entries.forEach(([, flat], at) => {
    const fields = toFields(flat);
    if (fields['type'] !== 'reply' || fields['gateway'] !== bus.gatewayId) return;
    const before = entries.slice(from, at);
    from = at + 1;
    void feed.onEntries(partition, before).then(() => settleReply(bus, fields));
  });
  if (from < entries.length) void feed.onEntries(partition, entries.slice(from));
}
