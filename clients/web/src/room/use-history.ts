import type { Message } from '@brook/common/contracts';
import type { HistoryPlace, HistoryWindow, Subscription } from '@brook/sdk';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { RoomView } from './use-room-view';

/** Messages that are fetched at once when one scrolls: the most that the server gives, for who scrolls far. */
const PAGE = 100;

export interface RoomHistory {
  messages: readonly Message[];
  hasOlder: boolean;
  /** The room goes on behind what is shown: one has jumped into the past. */
  hasNewer: boolean;
  loading: boolean;
  /** Loads the page before what is shown; rejects where it could not be had. */
  loadOlder: () => Promise<void>;
  loadNewer: () => Promise<void>;
  /**
   * Shows another place of the room; resolves with the seq that was looked for, null where there is none, undefined where
   * one has gone elsewhere before it was there.
   */
  goTo: (place: HistoryPlace) => Promise<number | null | undefined>;
  /** Back to the newest messages. */
  goLive: () => void;
}

/** What is shown of a room: its newest messages, or a window on another part of it that one has jumped to. */
export function useHistory(subscription: Subscription, live: RoomView): RoomHistory {
  const [window, setWindow] = useState<HistoryWindow | null>(null);
  const held = useRef<HistoryWindow | null>(null);
  /** Raised with each move, so that a place that comes late does not take one away from a later one. */
  const latest = useRef(0);
  const swap = useCallback((next: HistoryWindow | null) => {
    held.current?.close();
    held.current = next;
    setWindow(next);
  }, []);
  useEffect(() => () => held.current?.close(), []);
  const subscribe = useCallback((changed: () => void) => (window ? window.on('change', changed) : () => undefined), [window]);
  const past = useSyncExternalStore(subscribe, () => window?.messages ?? null);
  const loadingPast = useSyncExternalStore(subscribe, () => window?.loading ?? false);

  const goTo = useCallback(
    async (place: HistoryPlace) => {
      const shown = held.current?.messages ?? subscription.messages;
      const seq = typeof place === 'object' && 'seq' in place ? place.seq : null;
      const asked = ++latest.current;
      if (seq !== null && shown.some((message) => message.seq === seq)) return seq;
      const next = await subscription.jump(place);
      if (asked === latest.current) {
        swap(next);
        return next.anchor;
      }
      next.close();
      return undefined;
    },
    [subscription, swap],
  );
  const goLive = useCallback(() => {
    latest.current++;
    swap(null);
  }, [swap]);
  const loadOlder = useCallback(() => (held.current ?? subscription).loadOlder(PAGE), [subscription]);
  const loadNewer = useCallback(() => held.current?.loadNewer(PAGE) ?? Promise.resolve(), []);

  const messages = past ?? live.messages;
  const hasOlder = window ? window.hasOlder : live.hasOlder;
  const hasNewer = window?.hasNewer ?? false;
  const loading = window ? loadingPast : live.loadingOlder;
  return useMemo(
    () => ({ messages, hasOlder, hasNewer, loading, loadOlder, loadNewer, goTo, goLive }),
    [messages, hasOlder, hasNewer, loading, loadOlder, loadNewer, goTo, goLive],
  );
}
