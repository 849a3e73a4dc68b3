import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useBrook } from '../app/brook-context';
import { changeMyRooms } from '../rooms/my-rooms';
import { withRead } from '../rooms/room-list';

/** One is taken to have read what one has had before one's eyes this long. */
const LOOK_MS = 400;

/** Whether the page is in front. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const changed = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return visible;
}

interface Marker {
  roomId: string;
  /** Seq of the lowest message that is in sight; 0 where there is none. */
  seenSeq: number;
  /** Where one's marker stands; null for visitors, who have none. */
  lastReadSeq: number | null;
}

/** Moves one's read marker to the lowest message that one has before one's eyes. */
export function useReadMarker({ roomId, seenSeq, lastReadSeq }: Marker): void {
  const brook = useBrook();
  const queries = useQueryClient();
  const visible = useVisible();
  const told = useRef({ roomId, seq: 0 });
  const seen = useRef(seenSeq);
  seen.current = seenSeq;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    // One who looks away has not looked long enough.
    [visible, roomId],
  );
  useEffect(() => {
    if (told.current.roomId !== roomId) told.current = { roomId, seq: 0 };
    if (!visible || lastReadSeq === null || seenSeq <= Math.max(lastReadSeq, told.current.seq)) return;
    // Not begun anew with each message: in a busy room the marker would never move.
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const seq = seen.current;
      told.current = { roomId, seq };
      changeMyRooms(queries, (list) => withRead(list, roomId, seq));
      // Lost markers heal with the next message; the server's list is loaded anew after a reconnect.
      brook.read(roomId, seq).catch(() => {
        told.current = { roomId, seq: 0 };
      });
    }, LOOK_MS);
  }, [brook, queries, roomId, seenSeq, lastReadSeq, visible]);
}
