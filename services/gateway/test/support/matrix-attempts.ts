import { randomUUID } from 'node:crypto';
import type { Action, Actor } from '@brook/common/contracts';
import type { Rest } from './rest.js';
import type { Caller, Cast, MatrixRoom } from './matrix-room.js';

/** `allow`, or the code of the refusal. */
export type Outcome = string;

export interface Scene {
  rest: Rest;
  cast: Cast;
  room: MatrixRoom;
  actor: Actor;
  who: Caller;
}

export type Attempt = (scene: Scene) => Promise<Outcome>;

/** Attempts of an action by the path they take. `fresh`: each changes the room, and gets one of its own. */
export interface Attempts {
  fresh: boolean;
  paths: Record<string, Attempt>;
}

const THUMB = encodeURIComponent('👍');

const http =
  (method: string, path: (scene: Scene) => string, body?: (scene: Scene) => object): Attempt =>
  async (scene) => {
    const { rest, room, who } = scene;
    const call = { token: who.token, ...(body ? { body: body(scene) } : {}) };
    const answer = await rest.call(method, `/rooms/${room.id}${path(scene)}`, call);
    return answer.status < 300 ? 'allow' : (answer.body.code as string);
  };

const frame =
  (type: string, fields: (scene: Scene) => object = () => ({})): Attempt =>
  async (scene) => {
    const answer = await scene.who.socket.request(type, { roomId: scene.room.id, ...fields(scene) });
    return answer.type === 'ack' ? 'allow' : (answer.code as string);
  };

const own = ({ room, actor }: Scene): number => room.own[actor];
/** A message of somebody else. */
const others = ({ room, actor }: Scene): number => room.own[actor === 'admin' ? 'owner' : 'admin'];
const victim = ({ cast }: Scene) => `/members/${cast.victim.user.id}`;

/** Who may not call the room writes plain text: the message itself tells. */
const calls = (message: { mentions?: { room: boolean } } | undefined, code: string | undefined): Outcome =>
  message ? (message.mentions?.room ? 'allow' : 'forbidden') : (code as string);

/** Marking as read needs a marker, which only members have: an admin joins for it. */
const withMarker =
  (attempt: Attempt): Attempt =>
  async (scene) => {
    if (scene.actor === 'admin') {
      const path = `/rooms/${scene.room.id}/members/${scene.who.user.id}`;
      await scene.rest.call('PUT', path, { token: scene.cast.admin.token, body: {} });
    }
    return attempt(scene);
  };

/** Every action of the rights table, by every way that the protocol has to it; the compiler misses none. */
export const ATTEMPTS: Record<Action, Attempts> = {
  'message.mention_room': {
    fresh: false,
    paths: {
      REST: async ({ rest, room, who }) => {
        const body = { clientId: randomUUID(), text: 'look, @room' };
        const answer = await rest.call('POST', `/rooms/${room.id}/messages`, { token: who.token, body });
        return calls(answer.body.message, answer.body.code);
      },
      socket: async ({ room, who }) => {
        const fields = { roomId: room.id, clientId: randomUUID(), text: '@room, look' };
        const answer = await who.socket.request('message.send', fields);
        return calls(answer.message, answer.code);
      },
    },
  },
  'room.read': {
    fresh: false,
    paths: {
      'REST room': http('GET', () => ''),
      'REST members': http('GET', () => '/members'),
      'REST history': http('GET', () => '/messages'),
      'REST search': async ({ rest, room, who }) => {
        const answer = await rest.call('GET', `/search/messages?q=text&roomId=${room.id}`, { token: who.token });
        return answer.status < 300 ? 'allow' : (answer.body.code as string);
      },
    },
  },
  'room.subscribe': { fresh: false, paths: { socket: frame('room.subscribe') } },
  'room.join': { fresh: true, paths: { REST: http('PUT', () => '/members/me') } },
  'room.leave': {
    fresh: true,
    paths: {
      'REST me': http('DELETE', () => '/members/me'),
      'REST by id': http('DELETE', ({ who }) => `/members/${who.user.id}`),
    },
  },
  'room.mark_read': {
    fresh: true,
    paths: {
      REST: withMarker(
        http(
          'PUT',
          () => '/read',
          () => ({ seq: 1 }),
        ),
      ),
      socket: withMarker(frame('room.read', () => ({ seq: 1 }))),
    },
  },
  'room.update': {
    fresh: false,
    paths: {
      'REST name': http(
        'PATCH',
        () => '',
        ({ actor }) => ({ name: `by ${actor}` }),
      ),
      'REST topic': http(
        'PATCH',
        () => '',
        ({ actor }) => ({ topic: `by ${actor}` }),
      ),
    },
  },
  'room.delete': { fresh: true, paths: { REST: http('DELETE', () => '') } },
  'message.send': {
    fresh: false,
    paths: {
      REST: http(
        'POST',
        () => '/messages',
        () => ({ clientId: randomUUID(), text: 'hi' }),
      ),
      socket: frame('message.send', () => ({ clientId: randomUUID(), text: 'hi' })),
    },
  },
  'message.edit_own': {
    fresh: true,
    paths: {
      REST: http(
        'PATCH',
        (scene) => `/messages/${own(scene)}`,
        () => ({ text: 'edited' }),
      ),
      socket: frame('message.edit', (scene) => ({ seq: own(scene), text: 'edited' })),
    },
  },
  'message.delete_own': {
    fresh: true,
    paths: {
      REST: http('DELETE', (scene) => `/messages/${own(scene)}`),
      socket: frame('message.delete', (scene) => ({ seq: own(scene) })),
    },
  },
  'message.delete_any': {
    fresh: true,
    paths: {
      REST: http('DELETE', (scene) => `/messages/${others(scene)}`),
      socket: frame('message.delete', (scene) => ({ seq: others(scene) })),
    },
  },
  'message.react': {
    fresh: false,
    paths: {
      'REST add': http('PUT', () => `/messages/1/reactions/${THUMB}`),
      'REST take back': http('DELETE', () => `/messages/1/reactions/${THUMB}`),
      'socket add': frame('message.react', () => ({ seq: 1, emoji: '👍', on: true })),
      'socket take back': frame('message.react', () => ({ seq: 1, emoji: '👍', on: false })),
    },
  },
  'member.add': {
    fresh: true,
    paths: {
      REST: http(
        'PUT',
        ({ cast }) => `/members/${cast.newcomer.user.id}`,
        () => ({}),
      ),
    },
  },
  'member.remove': { fresh: true, paths: { REST: http('DELETE', victim) } },
  'member.set_role': {
    fresh: true,
    paths: {
      'REST raise': http('PUT', victim, () => ({ role: 'moderator' })),
      'REST transfer': http('PUT', victim, () => ({ role: 'owner' })),
    },
  },
  'member.ban': {
    fresh: true,
    paths: {
      'REST ban': http('PUT', ({ cast }) => `/bans/${cast.victim.user.id}`),
      'REST lift': http('DELETE', ({ cast }) => `/bans/${cast.victim.user.id}`),
    },
  },
};
