/** Where somebody stands in a room: the newest seq, and the newest one that was read. */
export interface ReadState {
  lastSeq: number;
  lastReadSeq: number;
}

/** Messages not read yet; never negative, also while a marker is ahead of a head that follows with delay. */
export const unread = ({ lastSeq, lastReadSeq }: ReadState): number => Math.max(0, lastSeq - lastReadSeq);

/** The marker after reading up to `seq`: never back, never past the newest message. */
export const advance = ({ lastSeq, lastReadSeq }: ReadState, seq: number): number =>
  Math.max(lastReadSeq, Math.min(seq, lastSeq));
