import type { Message } from '@brook/common/contracts';
import type { Outbox, OutboxEntry, Subscription, SubscriptionState } from '@brook/sdk';
import { useMemo, useSyncExternalStore } from 'react';
import { useBrook } from '../app/brook-context';
import { inPieces } from './in-pieces';

/** What is drawn of a room, all of one moment: a message of one's own is never missing from both lists. */
export interface RoomView {
  messages: readonly Message[];
  state: SubscriptionState;
  hasOlder: boolean;
  loadingOlder: boolean;
  /** Ids of those who are online. */
  online: ReadonlySet<string>;
  /** One's own messages on their way to the room. */
  pending: readonly OutboxEntry[];
}

function snapshot(subscription: Subscription, outbox: Outbox, last?: RoomView): RoomView {
  const { messages, state, hasOlder, loadingOlder, online } = subscription;
  const view: RoomView = { messages, state, hasOlder, loadingOlder, online, pending: outbox.entries(subscription.roomId) };
  const same = last && (Object.keys(view) as (keyof RoomView)[]).every((key) => view[key] === last[key]);
  return same ? last : view;
}

/** A view that changes in pieces, and at once with what the person sends. */
function viewOf(subscription: Subscription, outbox: Outbox) {
  let view = snapshot(subscription, outbox);
  return {
    get: () => view,
    subscribe: (tell: () => void) => {
      const look = () => {
        const next = snapshot(subscription, outbox, view);
        if (next === view) return;
        view = next;
        tell();
      };
      const pieces = inPieces(look);
      const offs = [
        subscription.on('change', pieces.changed),
        // Behind the event that changes it: a message leaves the outbox a moment before it is in the room.
        outbox.on('change', (roomId) => roomId === subscription.roomId && queueMicrotask(look)),
        pieces.cancel,
      ];
      look();
      return () => {
        for (const off of offs) off();
      };
    },
  };
}

/** What the subscription and the outbox hold of the room. */
export function useRoomView(subscription: Subscription): RoomView {
  const { outbox } = useBrook();
  const source = useMemo(() => viewOf(subscription, outbox), [subscription, outbox]);
  return useSyncExternalStore(source.subscribe, source.get);
}
