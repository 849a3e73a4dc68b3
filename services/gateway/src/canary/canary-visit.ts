import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../ws/upgrade-rules.js';

/** The canary's account: an ordinary one, made when it is missing. */
export interface CanaryAccount {
  username: string;
  password: string;
}

interface Heard {
  type: string;
  id?: string;
  code?: string;
  message?: { clientId?: string };
}

const REQUEST_MS = 15_000;

/** One visit through the public door: signed in, in a private room of its own, subscribed. */
export class CanaryVisit {
  readonly #api: string;
  readonly #token: string;
  readonly #roomId: string;
  readonly #socket: WebSocket;
  readonly #listeners = new Set<(frame: Heard) => void>();

  private constructor(api: string, { token, roomId }: { token: string; roomId: string }, socket: WebSocket) {
    this.#api = api;
    this.#token = token;
    this.#roomId = roomId;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Heard;
      for (const listener of [...this.#listeners]) listener(frame);
    });
  }

  /** Signs in at `url`, makes the room and subscribes. @throws when any of it fails or takes over 15 s */
  static async open(url: string, account: CanaryAccount): Promise<CanaryVisit> {
    const api = `${url}/api/v1`;
    const token = await signIn(api, account);
    const made = await call(api, 'POST', '/rooms', { token, body: { name: 'Canary', visibility: 'private' } });
    const { room } = (await made.json()) as { room: { id: string } };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, SUBPROTOCOL, { handshakeTimeout: REQUEST_MS });
    // Whoever waits is told by the deadline; without a listener it would end the process.
    socket.on('error', () => undefined);
    const visit = new CanaryVisit(api, { token, roomId: room.id }, socket);
    try {
      await visit.#enter();
    } catch (err) {
      await visit.close();
      throw err;
    }
    return visit;
  }

  /** Sends a message and resolves when both its ack and its event are here. @throws when one of them is not within `ms` */
  async sendAndHear(ms: number): Promise<void> {
    const clientId = randomUUID();
    const acked = this.#hear(({ id }) => id === clientId, ms);
    const event = this.#hear(({ type, message }) => type === 'message.created' && message?.clientId === clientId, ms);
    this.#say({ type: 'message.send', id: clientId, roomId: this.#roomId, clientId, text: 'canary' });
    await Promise.all([acked, event]);
  }

  /** Leaves nothing behind: the room goes with its messages, the session ends. */
  async close(): Promise<void> {
    this.#socket.terminate();
    await call(this.#api, 'DELETE', `/rooms/${this.#roomId}`, { token: this.#token });
    await call(this.#api, 'DELETE', '/sessions/current', { token: this.#token });
  }

  async #enter(): Promise<void> {
    const welcome = this.#hear(({ type }) => type === 'welcome', REQUEST_MS);
    this.#socket.once('open', () => this.#say({ type: 'hello', token: this.#token }));
    await welcome;
    const subscribed = this.#hear(({ id }) => id === 'subscribe', REQUEST_MS);
    this.#say({ type: 'room.subscribe', id: 'subscribe', roomId: this.#roomId });
    await subscribed;
  }

  #say(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  #hear(matches: (frame: Heard) => boolean, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const listener = (frame: Heard) => {
        if (!matches(frame)) return;
        settle();
        if (frame.type === 'error') reject(new Error(`refused: ${frame.code}`));
        else resolve();
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`nothing heard for ${ms} ms`));
      }, ms);
      const settle = () => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
      };
      this.#listeners.add(listener);
    });
  }
}

/** Log-in; where there is no such account yet, sign-up. Two gateways may do that at once, so the log-in is tried again. */
async function signIn(api: string, account: CanaryAccount): Promise<string> {
  const body = { ...account, tokens: 'body' };
  for (const path of ['/sessions', '/users', '/sessions']) {
    const answer = await request(api, 'POST', path, { body });
    if (answer.ok) return ((await answer.json()) as { accessToken: string }).accessToken;
    await answer.body?.cancel();
  }
  throw new Error('the canary could not sign in: is its name taken, or its password not allowed?');
}

interface Call {
  token?: string;
  body?: object;
}

async function call(api: string, method: string, path: string, options: Call): Promise<Response> {
  const answer = await request(api, method, path, options);
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}`);
  return answer;
}

const request = (api: string, method: string, path: string, { token, body }: Call): Promise<Response> =>
  fetch(`${api}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_MS),
  });
