import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keys, type Message, type MessageEventEntry, partitionOf, type User } from '@brook/common/contracts';
import type { RedisClient } from '@brook/common/redis';
import { toFlat } from '@brook/common/streams';
import { v7 as uuidv7 } from 'uuid';

interface RoomLog {
  messages: Message[];
  lastRev: number;
}

const RESUME_MAX = 500;

/**
 * What the rooms service asks of its neighbours, over HTTP: heads, changes and history of messages, and profiles. It
 * numbers messages as the messages service does and, where told to, announces them on the event stream.
 */
export class Neighbours {
  readonly #rooms = new Map<string, RoomLog>();
  readonly #users = new Map<string, User>();
  readonly #redis: RedisClient;
  readonly #partitions: number;
  readonly #server = createServer((req, res) => void this.#answer(req, res));
  /** Requests answered, by path with ids as `:id`. */
  readonly asked: string[] = [];

  constructor(redis: RedisClient, partitions: number) {
    this.#redis = redis;
    this.#partitions = partitions;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  know(user: User): void {
    this.#users.set(user.id, user);
  }

  /** Stores a message and, unless told not to, announces it. */
  async send(roomId: string, sender: User, text: string, { announce = true } = {}): Promise<Message> {
    const log = this.#log(roomId);
    log.lastRev++;
    const now = new Date().toISOString();
    const message: Message = {
      id: uuidv7(),
      roomId,
      seq: log.messages.length + 1,
      rev: log.lastRev,
      clientId: uuidv7(),
      sender: { id: sender.id, username: sender.username, displayName: sender.displayName, avatarUrl: sender.avatarUrl },
      text,
      replyTo: null,
      createdAt: now,
      editedAt: null,
      deletedAt: null,
      reactions: [],
    };
    log.messages.push(message);
    if (announce) await this.announce('message.created', message);
    return message;
  }

  /** Changes a message under the room's next rev and announces it. */
  async change(message: Message, over: Partial<Message>): Promise<Message> {
    const log = this.#log(message.roomId);
    log.lastRev++;
    const changed = { ...message, ...over, rev: log.lastRev };
    log.messages[message.seq - 1] = changed;
    await this.announce(over.deletedAt ? 'message.deleted' : 'message.updated', changed);
    return changed;
  }

  /** Puts an event on the stream as the messages service does. */
  async announce(type: MessageEventEntry['type'], message: Message): Promise<void> {
    const { roomId: room, rev, seq } = message;
    const entry: MessageEventEntry = { type, room, rev: String(rev), seq: String(seq), message: JSON.stringify(message) };
    await this.#redis.xadd(keys.events('messages', partitionOf(room, this.#partitions)), '*', ...toFlat(entry));
  }

  /** The messages database went back to an older state. */
  restore(roomId: string, count: number): void {
    const messages = this.#log(roomId).messages.slice(0, count);
    this.#rooms.set(roomId, { messages, lastRev: count });
  }

  #log(roomId: string): RoomLog {
    const log = this.#rooms.get(roomId) ?? { messages: [], lastRev: 0 };
    this.#rooms.set(roomId, log);
    return log;
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const [, , area, id, what] = url.pathname.split('/');
    this.asked.push(`${area}/${what ?? ''}`);
    let text = '';
    for await (const chunk of req) text += String(chunk);
    const body = (text ? JSON.parse(text) : {}) as { roomIds?: string[]; ids?: string[] };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(this.#reply(area, id, what, url.searchParams, body)));
  }

  #reply(
    area: string | undefined,
    id: string | undefined,
    what: string | undefined,
    query: URLSearchParams,
    body: { roomIds?: string[]; ids?: string[] },
  ): unknown {
    if (area === 'heads')
      return { heads: Object.fromEntries((body.roomIds ?? []).map((roomId) => [roomId, this.#head(roomId)])) };
    if (area === 'users') return { users: (body.ids ?? []).flatMap((userId) => this.#users.get(userId) ?? []) };
    const { messages } = this.#log(id ?? '');
    const head = this.#head(id ?? '');
    if (what === 'messages') {
      const after = Number(query.get('after'));
      return { items: messages.filter(({ seq }) => seq > after).slice(0, Number(query.get('limit'))), ...head };
    }
    const since = Number(query.get('since'));
    const changed = messages.filter(({ rev }) => rev > since).sort((a, b) => a.rev - b.rev);
    if (since > head.lastRev || changed.length > RESUME_MAX) return { mode: 'snapshot', messages: messages.slice(-50), ...head };
    return { mode: 'resume', messages: changed, ...head };
  }

  #head(roomId: string): { lastSeq: number; lastRev: number } {
    const { messages, lastRev } = this.#log(roomId);
    return { lastSeq: messages.length, lastRev };
  }
}
