import type { Mentions, Profile, User } from '@brook/common/contracts';

/** A new message as it was just committed. */
export interface NewMessage {
  id: string;
  roomId: string;
  seq: number;
  rev: number;
  clientId: string;
  /** JSON of the sender's profile. */
  senderJson: string;
  text: string;
  replyTo: number | null;
  /** Milliseconds since 1970. */
  createdAtMs: number;
  mentions?: Mentions | undefined;
}

/** The public part of a sender, as stamped into the message. */
const stamp = ({ id, username, displayName, avatarUrl }: User): Profile => ({ id, username, displayName, avatarUrl });

const stamps = new WeakMap<User, string>();

/** JSON of `stamp`, made once for each object: a person's commands share theirs. */
export function stampJson(user: User): string {
  let json = stamps.get(user);
  if (json === undefined) {
    json = JSON.stringify(stamp(user));
    stamps.set(user, json);
  }
  return json;
}

let isoOf = { ms: 0, text: new Date(0).toISOString() };

/** RFC 3339 of milliseconds since 1970; the messages of a batch share theirs. */
function isoTime(ms: number): string {
  if (ms !== isoOf.ms) isoOf = { ms, text: new Date(ms).toISOString() };
  return isoOf.text;
}

/** A new message as the protocol shows it: the same JSON that the database makes of the stored row. */
export function newMessageJson(message: NewMessage): string {
  const { id, roomId, seq, rev, clientId, senderJson, text, replyTo, createdAtMs, mentions } = message;
  // Ids are UUIDs and need no escaping.
  return (
    `{"id":"${id}","roomId":"${roomId}","seq":${seq},"rev":${rev},"clientId":"${clientId}","sender":${senderJson},` +
    `"text":${JSON.stringify(text)},"replyTo":${replyTo},"createdAt":"${isoTime(createdAtMs)}","editedAt":null,` +
    `"deletedAt":null,"reactions":[]${mentions === undefined ? '' : `,"mentions":${JSON.stringify(mentions)}`}}`
  );
}
