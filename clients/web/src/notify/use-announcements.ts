import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useBrook } from '../app/brook-context';
import { preferences } from '../app/preferences';
import { plainText } from '../markdown/plain-text';
import type { RoomList } from '../rooms/room-list';
import { announcement } from './announcement';
import { chime } from './chime';
import { notifySystem } from './system-notification';

/** Tells of messages in one's rooms that one does not see: by a sound, and by the system while the page is hidden. */
export function useAnnouncements(): void {
  const brook = useBrook();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { roomId: open } = useParams();

  useEffect(() => {
    const heads = () =>
      new Map((queries.getQueryData<RoomList>(['mine']) ?? []).map((item) => [item.room.id, item.lastMessage?.seq ?? 0]));
    let announced = heads();
    // The list tells of every room: of the open one by its messages, of the others by their activity.
    return queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.query.queryKey[0] !== 'mine') return;
      const before = announced;
      announced = heads();
      for (const { room, lastReadSeq, lastMessage } of queries.getQueryData<RoomList>(['mine']) ?? []) {
        const known = before.get(room.id);
        if (!lastMessage || known === undefined || known >= lastMessage.seq) continue;
        const hidden = document.visibilityState === 'hidden';
        const looksAt = hidden ? null : (open ?? null);
        const facts = {
          roomId: room.id,
          message: lastMessage,
          me: brook.user?.id ?? '',
          looksAt,
          hidden,
          now: Date.now(),
          announced: known,
          lastReadSeq,
          opened: performance.timeOrigin,
        };
        const what = announcement(facts);
        if (what !== 'none' && preferences().sound) chime();
        if (what !== 'notification' || !preferences().notify) continue;
        const words = {
          title: `${lastMessage.sender.displayName} · ${room.name}`,
          body: plainText(lastMessage.text),
          tag: room.id,
          path: `/rooms/${room.id}`,
        };
        // A notification that the system refuses is no reason to say anything: the title shows the number.
        notifySystem(words, (path) => void navigate(path)).catch(() => undefined);
      }
    });
  }, [brook, queries, navigate, open]);

  useEffect(() => {
    const told = (event: MessageEvent<{ open?: string }>) => {
      if (event.data.open?.startsWith('/rooms/')) void navigate(event.data.open);
    };
    navigator.serviceWorker?.addEventListener('message', told);
    return () => navigator.serviceWorker?.removeEventListener('message', told);
  }, [navigate]);
}
