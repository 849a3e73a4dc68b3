import type { Message, Profile } from '@brook/common/contracts';
import type { Subscription } from '@brook/sdk';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useBrook } from '../app/brook-context';
import { rememberedRoom, rememberLater } from '../cache/remembered';
import { tellOfActivity } from '../rooms/my-rooms';
import { activityFrom } from '../rooms/room-list';
import type { Note } from './timeline';

/** Watches a room for as long as the page shows it, beginning with what an earlier visit left. */
export function useSubscription(roomId: string): Subscription | null {
  const brook = useBrook();
  const [subscription, setSubscription] = useState<Subscription | null>(null);
  useEffect(() => {
    const held = brook.watch(roomId, rememberedRoom(brook.user?.id, roomId));
    const forget = rememberLater(brook, held);
    setSubscription(held);
    return () => {
      forget();
      setSubscription(null);
      held.close();
    };
  }, [brook, roomId]);
  return subscription?.roomId === roomId ? subscription : null;
}

/** The message that another one answers; undefined while it is being fetched, null where it cannot be had. */
export function useQuoted(subscription: Subscription, seq: number): Message | null | undefined {
  const subscribe = useCallback((changed: () => void) => subscription.on('change', changed), [subscription]);
  return useSyncExternalStore(subscribe, () => subscription.quoted(seq));
}

/** How far others have read, by person; what happened before the page was opened is not known. */
export function useReaders(subscription: Subscription): ReadonlyMap<string, number> {
  const [readers, setReaders] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(
    () =>
      subscription.on('event', (event) => {
        if (event.type !== 'room.read') return;
        setReaders((known) => new Map(known).set(event.userId, event.seq));
      }),
    [subscription],
  );
  return readers;
}

/** Who came and went while the page was open. The members are loaded anew at each change. */
export function useNotes(subscription: Subscription | null): readonly Note[] {
  const queries = useQueryClient();
  const [notes, setNotes] = useState<readonly Note[]>([]);
  useEffect(() => {
    setNotes([]);
    return subscription?.on('event', (event) => {
      if (event.type !== 'member.joined' && event.type !== 'member.left' && event.type !== 'member.updated') return;
      void queries.invalidateQueries({ queryKey: ['members', subscription.roomId] });
      if (event.type === 'member.updated') return;
      void queries.invalidateQueries({ queryKey: ['room', subscription.roomId] });
      const kind = event.type === 'member.joined' ? 'joined' : 'left';
      const note = { id: crypto.getRandomValues(new Uint32Array(2)).join('-'), kind, user: event.user, at: Date.now() } as const;
      setNotes((list) => [...list, { ...note, afterSeq: subscription.lastSeq }].slice(-100));
    });
  }, [subscription, queries]);
  return notes;
}

/** Joins, leaves and changes of the room may have been missed in a break: they are loaded anew once it is over. */
export function useRefetchAfterBreaks(subscription: Subscription | null): void {
  const queries = useQueryClient();
  useEffect(() => {
    let broken = subscription !== null && subscription.state.status !== 'live';
    return subscription?.on('change', () => {
      const { status } = subscription.state;
      if (status === 'stale' || status === 'loading') broken = true;
      if (status !== 'live' || !broken) return;
      broken = false;
      void queries.invalidateQueries({ queryKey: ['members', subscription.roomId] });
      void queries.invalidateQueries({ queryKey: ['room', subscription.roomId] });
    });
  }, [subscription, queries]);
}

/** How long `typing` lasts, by the protocol. */
const TYPING_MS = 5_000;

/** Who is writing now, oneself left out. A message ends its sender's writing. */
export function useTyping(subscription: Subscription | null): readonly Profile[] {
  const brook = useBrook();
  const [typing, setTyping] = useState<readonly Profile[]>([]);
  useEffect(() => {
    setTyping([]);
    if (!subscription) return;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const stop = (id: string) => {
      clearTimeout(timers.get(id));
      // Most messages end nobody's writing, and must not draw the room anew each.
      if (timers.delete(id)) setTyping((list) => list.filter((user) => user.id !== id));
    };
    const offs = [
      subscription.on('event', (event) => {
        if (event.type !== 'typing' || event.user.id === brook.user?.id) return;
        const { user } = event;
        clearTimeout(timers.get(user.id));
        timers.set(
          user.id,
          setTimeout(() => stop(user.id), TYPING_MS),
        );
        setTyping((list) => (list.some((other) => other.id === user.id) ? list : [...list, user]));
      }),
      subscription.on('message', (message) => stop(message.sender.id)),
    ];
    return () => {
      for (const off of offs) off();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [brook, subscription]);
  return typing;
}

/** In a busy room the list is told of what is said so often, and not with each message. */
const ACTIVITY_MS = 500;

/** Tells one's own list of rooms what is said here: the server does not, to those who watch. */
export function useActivityOf(subscription: Subscription | null): void {
  const brook = useBrook();
  const queries = useQueryClient();
  useEffect(() => {
    let latest: Message | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      clearTimeout(timer);
      timer = undefined;
      const message = latest;
      latest = null;
      if (message) tellOfActivity(brook, queries, activityFrom(message));
    };
    const off = subscription?.on('message', (message) => {
      if (message.seq > (latest?.seq ?? 0)) latest = message;
      timer ??= setTimeout(tell, ACTIVITY_MS);
    });
    return () => {
      off?.();
      tell();
    };
  }, [brook, queries, subscription]);
}
