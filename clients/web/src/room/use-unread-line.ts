import type { OwnRoomItem } from '@brook/common/contracts';
import { useState } from 'react';

interface Entered {
  item: OwnRoomItem | undefined;
  /** Seq of the room's newest message. */
  lastSeq: number;
  /** Both are what the server says now; what is left of an earlier visit knows of nothing unread. */
  sure: boolean;
}

export interface UnreadLine {
  /** The seq up to which one had read when one came in; null where nothing was unread, undefined as long as that is not known. */
  readUpTo: number | null | undefined;
  /** Nothing is unread any more. */
  clear: () => void;
}

/** Where what is unread began when one came in: found once, and the same however far one reads then. */
export function useUnreadLine({ item, lastSeq, sure }: Entered): UnreadLine {
  const [readUpTo, setReadUpTo] = useState<number | null>();
  if (sure && readUpTo === undefined) setReadUpTo(item && lastSeq > item.lastReadSeq ? item.lastReadSeq : null);
  return { readUpTo, clear: () => setReadUpTo(null) };
}
