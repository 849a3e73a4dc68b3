import type { Mentions } from '@brook/common/contracts';

/** A message to store. */
export interface Send {
  roomId: string;
  senderId: string;
  clientId: string;
  /** Id of the message if it is new. */
  id: string;
  profileJson: string;
  text: string;
  /** seq, or 0 for none. */
  replyTo: number;
  /** Absent: nobody. */
  mentions?: Mentions | undefined;
}

/** One row per send, `idx` from 1, then one per change; see the SQL function `append`. */
export interface AppendRow {
  idx: number;
  status: string;
  seq: number | null;
  rev: number | null;
  at_ms: number | null;
  /** The message as it stands, for all but created. */
  stored: string | null;
  /** JSON of the mentions that a changed message had until then. */
  before: string | null;
}

/** The row of a send that was stored as a new message. */
export const createdRow = (idx: number, seq: number, rev: number, atMs: number): AppendRow => ({
  idx,
  status: 'created',
  seq,
  rev,
  at_ms: atMs,
  stored: null,
  before: null,
});
