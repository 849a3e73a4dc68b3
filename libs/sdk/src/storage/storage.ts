import type { User } from '@brook/common/contracts';
import type { BrookErrorCode } from '../errors.js';

/** A message on its way, as it survives a reload. */
export interface StoredSend {
  /** The client's id of the message; the same until it is acknowledged. */
  clientId: string;
  userId: string;
  roomId: string;
  text: string;
  replyTo: number | null;
  /** RFC 3339; when the person pressed send. */
  createdAt: string;
  /** Place in the sender's order; grows with each message. */
  order: number;
  /** Why it was refused for good, where it was: it then waits for the person to try again. */
  failed: BrookErrorCode | null;
}

/** That there is a session to restore. With cookies only the mark, since scripts cannot read an httpOnly cookie. */
export interface StoredSession {
  userId: string;
  refreshToken: string | null;
  /** Who it was, so that a client can show what it remembers before the server has answered. */
  user?: User | null;
}

/** What the SDK keeps between runs. Methods may be called at any time, also at once; each is atomic. */
export interface BrookStorage {
  loadSession(): Promise<StoredSession | null>;
  saveSession(session: StoredSession | null): Promise<void>;
  /** The person's unsent messages, in their order. */
  loadSends(userId: string): Promise<StoredSend[]>;
  putSend(send: StoredSend): Promise<void>;
  deleteSend(clientId: string): Promise<void>;
}
