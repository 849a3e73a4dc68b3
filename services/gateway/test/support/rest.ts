import { randomUUID } from 'node:crypto';
import type { Message, Room, User } from '@brook/common/contracts';

/** An answer of the REST API. `body` is parsed JSON, or undefined without one. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
  body: any;
}

export interface Call {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, instead of `body`. */
  raw?: string | Uint8Array<ArrayBuffer>;
}

/** Somebody who is signed in. */
export interface Person {
  user: User;
  token: string;
  refreshToken: string;
}

/** A plain REST client: what a stranger's script would do. */
export class Rest {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** A call below /api/v1. */
  async call(method: string, path: string, { token, body, headers = {}, raw }: Call = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** Signs somebody new up. */
  async signUp(name: string = newName()): Promise<Person> {
    const body = { username: name, password: 'correct horse', tokens: 'body' };
    return toPerson(await this.call('POST', '/users', { body }));
  }

  async guest(): Promise<Person> {
    return toPerson(await this.call('POST', '/sessions/guest', { body: { tokens: 'body' } }));
  }

  async createRoom({ token }: Person, body: object = {}): Promise<Room> {
    return expectStatus(await this.call('POST', '/rooms', { token, body: { name: 'A room', ...body } }), 201).room as Room;
  }

  async join({ token }: Person, roomId: string): Promise<void> {
    expectStatus(await this.call('PUT', `/rooms/${roomId}/members/me`, { token }), 200);
  }

  async send({ token }: Person, roomId: string, text: string): Promise<Message> {
    const answer = await this.call('POST', `/rooms/${roomId}/messages`, { token, body: { clientId: randomUUID(), text } });
    return expectStatus(answer, 201).message as Message;
  }
}

let names = 0;
/** A username that no test has used. */
export const newName = (): string =>
  `u${process.pid.toString(36)}_${(++names).toString(36)}_${Math.random().toString(36).slice(2, 8)}`;

/** @throws with the whole answer when the status is another one */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
export function expectStatus(answer: Answer, status: number): any {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function toPerson(answer: Answer): Person {
  const { user, accessToken, refreshToken } = expectStatus(answer, 201);
  return { user, token: accessToken, refreshToken };
}
