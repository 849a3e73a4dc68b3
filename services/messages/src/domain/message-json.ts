import type { Mentions, Profile, User } from '@brook/common/contracts';

/** A new message as it was just committed. */
export interface NewMessage {
  id: string;
  roomId: string;
  seq: number;
  rev: number;
  clientId: string;
  sender: Profile;
  text: string;
  replyTo: number | null;
  createdAt: Date;
  mentions?: Mentions | undefined;
}

/** The public part of a sender, as stamped into the message. */
export const stamp = ({ id, username, displayName, avatarUrl }: User): Profile => ({ id, username, displayName, avatarUrl });

/** A new message as the protocol shows it: the same JSON that the database makes of the stored row. */
export function newMessageJson(message: NewMessage): string {
  return JSON.stringify({
    id: message.id,
    roomId: message.roomId,
    seq: message.seq,
    rev: message.rev,
    clientId: message.clientId,
    sender: message.sender,
    text: message.text,
    replyTo: message.replyTo,
    createdAt: message.createdAt.toISOString(),
    editedAt: null,
    deletedAt: null,
    reactions: [],
    mentions: message.mentions,
  });
}
