import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

const ANSWER_MS = 20_000;
const RETRY_MS = 250;

/** One REST call under /api/v1; resolves with the body of a 2xx answer, else rejects with status and problem. */
export async function call(base, method, path, { token, body } = {}) {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * A person who talks over the plain protocol and keeps its rules: one message at a time, the same clientId until it is
 * acked, a new connection when one is lost. What was acked and what was heard is kept for the final account.
 */
export class Talker {
  /** Texts in the order of their acks, with the seq that each got. */
  acked = [];
  /** Every message heard, by seq. */
  heard = new Map();
  #base;
  #token;
  #roomId;
  #socket;
  #answers = new Map();
  #nextId = 1;

  static async signUp(base) {
    const name = `talker-${randomUUID().slice(0, 8)}`;
    const body = { username: name, password: randomUUID(), tokens: 'body' };
    const { user, accessToken } = await call(base, 'POST', '/users', { body });
    return Object.assign(new Talker(), { user }).#with(base, accessToken);
  }

  #with(base, token) {
    this.#base = base;
    this.#token = token;
    return this;
  }

  async createRoom() {
    const body = { name: `Containers ${randomUUID().slice(0, 8)}` };
    const { room } = await call(this.#base, 'POST', '/rooms', { token: this.#token, body });
    return room;
  }

  /** Joins the room and listens in it. */
  async enter(roomId) {
    this.#roomId = roomId;
    await call(this.#base, 'PUT', `/rooms/${roomId}/members/me`, { token: this.#token });
    await this.#connect();
  }

  /** Sends until acked; resolves with the stored message, rejects when that takes longer than `limitMs`. */
  async say(text, limitMs = 60_000) {
    const clientId = randomUUID();
    const deadline = performance.now() + limitMs;
    for (;;) {
      try {
        await this.#connect();
        const { message } = await this.#ask({ type: 'message.send', roomId: this.#roomId, clientId, text });
        this.acked.push({ text, seq: message.seq });
        return message;
      } catch (error) {
        if (performance.now() > deadline) throw new Error(`"${text}" was not acked: ${error.message}`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** The whole history of the room, from its first message. */
  async history() {
    const items = [];
    for (;;) {
      const after = items.at(-1)?.seq ?? 0;
      const page = await call(this.#base, 'GET', `/rooms/${this.#roomId}/messages?after=${after}&limit=100`, {
        token: this.#token,
      });
      if (page.items.length === 0) return items;
      items.push(...page.items);
    }
  }

  leave() {
    this.#socket?.terminate();
  }

  async #connect() {
    if (this.#socket?.readyState === WebSocket.OPEN) return;
    const socket = new WebSocket(`${this.#base.replace(/^http/, 'ws')}/ws`, 'brook.v1', { handshakeTimeout: ANSWER_MS });
    this.#socket = socket;
    socket.on('message', (data) => this.#onFrame(JSON.parse(data.toString())));
    socket.on('close', (code) => this.#failAll(new Error(`the connection closed (${code})`)));
    await new Promise((resolve, reject) => socket.once('open', resolve).on('error', reject));
    await this.#ask({ type: 'hello', token: this.#token }, 'welcome');
    const { messages } = await this.#ask({ type: 'room.subscribe', roomId: this.#roomId });
    for (const message of messages) this.heard.set(message.seq, message);
  }

  /** Sends a frame and resolves with its answer: that with its id, or the frame of type `answerType`. */
  #ask(frame, answerType) {
    const id = String(this.#nextId++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${frame.type}`)), ANSWER_MS);
      this.#answers.set(answerType ?? id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify(answerType ? frame : { ...frame, id }));
    });
  }

  #onFrame(frame) {
    if (frame.type === 'message.created') this.heard.set(frame.message.seq, frame.message);
    const key = frame.type === 'welcome' ? 'welcome' : frame.id;
    const waiting = this.#answers.get(key);
    if (!waiting) return;
    this.#answers.delete(key);
    clearTimeout(waiting.timer);
    if (frame.type === 'error') waiting.reject(new Error(`${frame.code}: ${frame.detail}`));
    else waiting.resolve(frame);
  }

  #failAll(error) {
    for (const { reject, timer } of this.#answers.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#answers.clear();
  }
}
