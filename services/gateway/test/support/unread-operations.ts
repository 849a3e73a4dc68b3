import { randomUUID } from 'node:crypto';
import { expectStatus, type Person, type Rest } from './rest.js';
import type { SocketClient } from './socket-client.js';
import type { UnreadModel } from './unread-model.js';

/** Somebody with several devices. */
export interface User extends Person {
  devices: SocketClient[];
}

/** What an operation works with. `owner` owns the room and is not `user`. */
export interface Place {
  rest: Rest;
  model: UnreadModel;
  roomId: string;
  user: User;
  device: SocketClient;
  owner: User;
  /** 0 to 1: how far to read. */
  share: number;
  /** Whether to go by REST where both ways are there. */
  byRest: boolean;
}

export type Operation = (place: Place) => Promise<void>;

const path = ({ roomId }: Place, rest: string) => `/rooms/${roomId}/${rest}`;

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function send(place: Place): Promise<void> {
  const { rest, model, roomId, user, device, byRest } = place;
  const answer = byRest
    ? { message: await rest.send(user, roomId, 'text') }
    : await device.request('message.send', { roomId, clientId: randomUUID(), text: 'text' });
  must(answer.message !== undefined, `a member could not send: ${JSON.stringify(answer)}`);
  model.sent(user.user.id, roomId, answer.message.seq);
}

async function read(place: Place): Promise<void> {
  const { rest, model, roomId, user, device, share, byRest } = place;
  const seq = Math.round(share * model.head(roomId));
  const answer = byRest
    ? expectStatus(await rest.call('PUT', path(place, 'read'), { token: user.token, body: { seq } }), 200)
    : await device.request('room.read', { roomId, seq });
  must(answer.lastReadSeq >= seq && answer.unread >= 0, `read up to ${seq}: ${JSON.stringify(answer)}`);
  model.read(user.user.id, roomId, seq);
}

/** Changes of old messages, which unread must not notice. Who has written nothing yet is refused. */
async function editOrDelete(place: Place): Promise<void> {
  const { model, roomId, device, share } = place;
  const seq = Math.max(1, Math.round(share * model.head(roomId)));
  const fields = share < 0.5 ? { type: 'message.edit', text: `now ${share}` } : { type: 'message.delete' };
  const { type, ...rest } = fields;
  const answer = await device.request(type, { roomId, seq, ...rest });
  const refused = ['forbidden', 'not_found', 'conflict'].includes(answer.code);
  must(answer.type === 'ack' || refused, `${type}: ${JSON.stringify(answer)}`);
}

async function join(place: Place): Promise<void> {
  const { rest, model, roomId, user } = place;
  const before = model.head(roomId);
  const { membership } = expectStatus(await rest.call('PUT', path(place, 'members/me'), { token: user.token }), 200);
  must(membership.lastReadSeq >= before, `joined at ${membership.lastReadSeq}, behind ${before}`);
  model.joined(user.user.id, roomId, membership.lastReadSeq);
}

async function leave(place: Place): Promise<void> {
  const { rest, model, roomId, user } = place;
  expectStatus(await rest.call('DELETE', path(place, 'members/me'), { token: user.token }), 204);
  model.left(user.user.id, roomId);
}

async function kick(place: Place): Promise<void> {
  const { rest, model, roomId, user, owner } = place;
  expectStatus(await rest.call('DELETE', path(place, `members/${user.user.id}`), { token: owner.token }), 204);
  model.left(user.user.id, roomId);
}

async function banAndForgive(place: Place): Promise<void> {
  const { rest, model, roomId, user, owner } = place;
  const ban = path(place, `bans/${user.user.id}`);
  expectStatus(await rest.call('PUT', ban, { token: owner.token }), 204);
  expectStatus(await rest.call('PUT', path(place, 'members/me'), { token: user.token }), 403);
  expectStatus(await rest.call('DELETE', ban, { token: owner.token }), 204);
  model.left(user.user.id, roomId);
}

/** Who is no member writes and reads nothing. */
async function intrude(place: Place): Promise<void> {
  const { rest, user } = place;
  const body = { clientId: randomUUID(), text: 'let me in' };
  expectStatus(await rest.call('POST', path(place, 'messages'), { token: user.token, body }), 403);
  expectStatus(await rest.call('PUT', path(place, 'read'), { token: user.token, body: { seq: 1 } }), 403);
}

interface Choice {
  weight: number;
  operation: Operation;
  /** It changes the membership: everything of this person in this room before it is over, and nothing begins until it is. */
  becomes?: boolean;
}

/** What a member does; the owner of a room only the first three. */
const OF_MEMBERS: readonly Choice[] = [
  { weight: 50, operation: send },
  { weight: 35, operation: read },
  { weight: 5, operation: editOrDelete },
  { weight: 4, operation: leave, becomes: false },
  { weight: 4, operation: kick, becomes: false },
  { weight: 2, operation: banAndForgive, becomes: false },
];
const OF_STRANGERS: readonly Choice[] = [
  { weight: 4, operation: join, becomes: true },
  { weight: 1, operation: intrude },
];

/** Chooses by weight; `random` is from 0 to 1. */
export function choose({ member, owner }: { member: boolean; owner: boolean }, random: number): Choice {
  const all = member ? OF_MEMBERS : OF_STRANGERS;
  const choices = owner ? all.filter(({ becomes }) => becomes === undefined) : all;
  let left = random * choices.reduce((sum, { weight }) => sum + weight, 0);
  return choices.find(({ weight }) => (left -= weight) < 0) ?? (choices[0] as Choice);
}
