import type { Actor, Room } from '@brook/common/contracts';
import { type Call, expectStatus, type Person, Rest } from './rest.js';
import { SocketClient } from './socket-client.js';

/** Somebody with a socket. */
export interface Caller extends Person {
  socket: SocketClient;
}

/** One person for every actor of the rights table, and two who are acted upon. */
export type Cast = Record<Actor | 'victim' | 'newcomer', Caller>;

export interface MatrixRoom {
  id: string;
  visibility: Room['visibility'];
  /** Seq of the message that this actor wrote. */
  own: Record<Actor, number>;
}

/** Signs everybody in. `admin` are the credentials of an application admin. */
export async function castOf(url: string, admin: { username: string; password: string }): Promise<Cast> {
  const rest = new Rest(url);
  const body = { ...admin, tokens: 'body' };
  const { user, accessToken, refreshToken } = expectStatus(await rest.call('POST', '/sessions', { body }), 201);
  const names = ['owner', 'moderator', 'member', 'stranger', 'banned', 'victim', 'newcomer'] as const;
  const people: [string, Person][] = await Promise.all(
    names.map(async (name) => [name, await rest.signUp()] as [string, Person]),
  );
  people.push(['admin', { user, token: accessToken, refreshToken }]);
  const callers = people.map(
    async ([name, person]) => [name, { ...person, socket: await SocketClient.enter(url, person.token) }] as const,
  );
  return Object.fromEntries(await Promise.all(callers)) as Cast;
}

/**
 * A room in which everybody is what their name says: the stranger was a member and was removed, the banned person was a
 * member, too, and both wrote, so that even their own messages are there to be refused. The admin is no member.
 */
export async function makeRoom(rest: Rest, cast: Cast, visibility: Room['visibility']): Promise<MatrixRoom> {
  const { id } = await rest.createRoom(cast.owner, { visibility });
  const as = async (who: Person, method: string, path: string, status: number, call: Call = {}) =>
    expectStatus(await rest.call(method, `/rooms/${id}/${path}`, { token: who.token, ...call }), status);
  const at = (who: Person) => `members/${who.user.id}`;
  await Promise.all(
    (['moderator', 'member', 'stranger', 'banned', 'victim'] as const).map((name) =>
      as(cast.owner, 'PUT', at(cast[name]), 200, { body: { role: name === 'moderator' ? 'moderator' : 'member' } }),
    ),
  );
  const writers = ['admin', 'owner', 'moderator', 'member', 'stranger', 'banned'] as const;
  const own = {} as MatrixRoom['own'];
  await Promise.all(
    writers.map(async (name) => {
      own[name] = (await rest.send(cast[name], id, `from ${name}`)).seq;
    }),
  );
  await as(cast.owner, 'DELETE', at(cast.stranger), 204);
  await as(cast.owner, 'PUT', `bans/${cast.banned.user.id}`, 204);
  return { id, visibility, own };
}
