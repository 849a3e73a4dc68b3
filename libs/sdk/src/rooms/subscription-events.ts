import type { Message, ServerEvent, SubscribeAck } from '@brook/common/contracts';
import type { BrookError } from '../errors.js';

/** How fresh a subscription is. */
export type SubscriptionState =
  /** No messages yet. */
  | { status: 'loading' }
  /** The messages are the room's, and every change arrives. */
  | { status: 'live'; source: SubscribeAck['source'] }
  /** What is here was true when the connection broke; it is brought up to date by itself. */
  | { status: 'stale' }
  /** The server refuses this room, e.g. `forbidden` or `not_found`. */
  | { status: 'refused'; error: BrookError }
  | { status: 'closed' };

/** Events of the room that are no message events; see the protocol for their fields. */
export type RoomEvent = Exclude<
  Extract<ServerEvent, { roomId: string }>,
  { type: 'message.created' | 'message.updated' | 'message.deleted' }
>;

export interface SubscriptionEvents {
  /** A message that is new to this client, once; not the history of the first snapshot. */
  message: Message;
  /** `messages`, `state`, `online` or `loadingOlder` is another now. */
  change: undefined;
  /** Joins, leaves, typing, presence, read markers. They may be lost: refetch what matters after `live`. */
  event: RoomEvent;
}
