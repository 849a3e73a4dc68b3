import type { Message } from '@brook/common/contracts';
import type { Subscription } from '@brook/sdk';
import { useEffect, useState } from 'react';
import { useBrook, useUser } from '../app/brook-context';

const TYPING_MS = 5_000;

/** A conversation as it is shown: its messages, who writes, and whether the visitor is there. */
export interface Thread {
  subscription: Subscription | null;
  messages: readonly Message[];
  refused: boolean;
  typing: string | null;
  visitorRead: number;
  /** People of the conversation who are connected, but oneself. */
  online: ReadonlySet<string>;
}

/** Watches a conversation while it is shown, and marks what is seen as read for all agents. */
export function useThread(roomId: string): Thread {
  const brook = useBrook();
  const user = useUser();
  const [thread, setThread] = useState<Thread>({
    subscription: null,
    messages: [],
    refused: false,
    typing: null,
    visitorRead: 0,
    online: new Set(),
  });
  const ownId = user?.id;
  useEffect(() => {
    const subscription = brook.watch(roomId);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const change = () =>
      setThread((before) => ({
        ...before,
        subscription,
        messages: [...subscription.messages],
        online: subscription.online,
        refused: subscription.state.status === 'refused',
      }));
    const offs = [
      subscription.on('change', change),
      subscription.on('event', (event) => {
        if (event.type === 'room.read' && event.userId !== ownId)
          setThread((before) => ({ ...before, visitorRead: Math.max(before.visitorRead, event.seq) }));
        if (event.type !== 'typing' || event.user.id === ownId) return;
        setThread((before) => ({ ...before, typing: event.user.displayName }));
        clearTimeout(timer);
        timer = setTimeout(() => setThread((before) => ({ ...before, typing: null })), TYPING_MS);
      }),
    ];
    change();
    return () => {
      clearTimeout(timer);
      for (const off of offs) off();
      subscription.close();
    };
  }, [brook, roomId, ownId]);
  const newest = thread.messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (newest === 0) return;
    const read = () => {
      // A marker that was not moved is moved with the next message.
      if (document.visibilityState === 'visible') brook.read(roomId, newest).catch(() => undefined);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [brook, roomId, newest]);
  return thread;
}
