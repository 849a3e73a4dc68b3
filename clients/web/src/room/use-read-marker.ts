import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useBrook } from '../app/brook-context';
import { useStable } from '../app/use-stable';
import { attend } from '../rooms/attention';
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
  /** Where one's marker stands; null for visitors, who have none. */
  lastReadSeq: number | null;
}

/**
 * Moves one's read marker to the lowest message that one has before one's eyes. @returns what is to be told of the seq of that
 * message, and whether it is the room's end; always the same function, and it draws nothing here.
 */
export function useReadMarker({ roomId, lastReadSeq }: Marker): (seq: number, atEnd: boolean) => void {
  const brook = useBrook();
  const queries = useQueryClient();
  const visible = useVisible();
  const told = useRef(0);
  const seen = useRef(0);
  const ended = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    // One who looks away has not looked long enough.
    [visible, roomId],
  );
  const look = useStable(() => {
    if (!visible || lastReadSeq === null || seen.current <= Math.max(lastReadSeq, told.current)) return;
    // Not begun anew with each message: in a busy room the marker would never move.
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const seq = seen.current;
      told.current = seq;
      changeMyRooms(queries, (list) => withRead(list, roomId, seq));
      // Lost markers heal with the next message; the server's list is loaded anew after a reconnect.
      brook.read(roomId, seq).catch(() => {
        told.current = 0;
      });
    }, LOOK_MS);
  });
  useEffect(look, [look, visible, roomId, lastReadSeq]);
  useEffect(() => {
    attend(roomId, visible && ended.current);
    return () => attend(roomId, false);
  }, [visible, roomId]);
  return useStable((seq: number, atEnd: boolean) => {
    seen.current = seq;
    ended.current = atEnd;
    attend(roomId, visible && atEnd);
    look();
  });
}
