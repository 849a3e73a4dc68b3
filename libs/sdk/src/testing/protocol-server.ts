import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientFrame, ErrorCode, Message, ServerFrame, User } from '@brook/common/contracts';
import { WebSocketServer, type WebSocket } from 'ws';

interface Peer {
  socket: WebSocket;
  user: User | null;
  rooms: Set<string>;
  /** Rooms in which a send was refused: nothing but this clientId is taken until it is back. */
  refused: Map<string, string>;
}

interface Room {
  messages: Message[];
  rev: number;
}

/** How the server treats the next matching frame. */
interface Fault {
  type: string;
  code: ErrorCode;
  retryAfterMs?: number;
}

const USER_KEYS = ['alice', 'bob'];

/**
 * Brook's public protocol in one small process, with rooms in memory and faults on demand: the other end for tests of
 * the SDK. It keeps the rules that the SDK relies on: revs, resume, one place a clientId, `retry_order`.
 */
export class ProtocolServer {
  readonly peers = new Set<Peer>();
  readonly rooms = new Map<string, Room>();
  /** Every frame that arrived, with its connection's number. */
  readonly frames: { connection: number; frame: ClientFrame }[] = [];
  faults: Fault[] = [];
  era = 'era-1';
  expiresIn = 900;
  refreshes = 0;
  /** Frames are read but nothing is answered, as from a half-open socket. */
  deaf = false;
  /** Events are committed but not delivered. */
  muteEvents = false;
  /** Sends are stored, but their acks are lost. */
  loseAcks = false;
  /** How many hellos are still turned away, whatever their token. */
  refuseHellos = 0;
  /** Tokens that greet successfully; others are closed 4501. */
  readonly tokens = new Map<string, User>();
  #connections = 0;
  /** Frames that wait for the end of a slow time; undefined outside of one. */
  #waiting: (() => void)[] | undefined;
  readonly #http: Server = createServer((request, response) => void this.#rest(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http, path: '/ws', handleProtocols: () => 'brook.v1' });

  static async start(): Promise<ProtocolServer> {
    const server = new ProtocolServer();
    server.#sockets.on('connection', (socket) => server.#accept(socket));
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Slow: frames arrive, and are answered when it is over. */
  set slow(slow: boolean) {
    const waiting = this.#waiting ?? [];
    this.#waiting = slow ? waiting : undefined;
    if (!slow) for (const take of waiting) take();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.peers) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Closes every socket with this code, or cuts them without one. */
  cut(code?: number): void {
    for (const { socket } of this.peers) code === undefined ? socket.terminate() : socket.close(code);
  }

  tellAll(frame: ServerFrame): void {
    for (const { socket } of this.peers) socket.send(JSON.stringify(frame));
  }

  room(id: string): Room {
    const room = this.rooms.get(id) ?? { messages: [], rev: 0 };
    this.rooms.set(id, room);
    return room;
  }

  /** Stores a message as somebody else would. */
  post(roomId: string, text: string, clientId: string = crypto.randomUUID(), sender = this.#user('bob')): Message {
    const room = this.room(roomId);
    const known = room.messages.find((message) => message.clientId === clientId && message.sender.id === sender.id);
    if (known) return known;
    const message: Message = {
      id: crypto.randomUUID(),
      roomId,
      seq: room.messages.length + 1,
      rev: ++room.rev,
      clientId,
      sender,
      text,
      replyTo: null,
      createdAt: new Date().toISOString(),
      editedAt: null,
      deletedAt: null,
      reactions: [],
    };
    room.messages.push(message);
    this.#publish('message.created', message);
    return message;
  }

  edit(roomId: string, seq: number, text: string): Message {
    const room = this.room(roomId);
    const message = { ...(room.messages[seq - 1] as Message), text, rev: ++room.rev, editedAt: new Date().toISOString() };
    room.messages[seq - 1] = message;
    this.#publish('message.updated', message);
    return message;
  }

  #publish(type: 'message.created' | 'message.updated', message: Message): void {
    if (this.muteEvents) return;
    const frame = JSON.stringify({ type, roomId: message.roomId, rev: message.rev, message });
    for (const peer of this.peers) if (peer.rooms.has(message.roomId)) peer.socket.send(frame);
  }

  #accept(socket: WebSocket): void {
    const peer: Peer = { socket, user: null, rooms: new Set(), refused: new Map() };
    const connection = ++this.#connections;
    this.peers.add(peer);
    socket.on('close', () => this.peers.delete(peer));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as ClientFrame;
      this.frames.push({ connection, frame });
      const take = () => {
        if (!this.deaf && socket.readyState === socket.OPEN) this.#frame(peer, frame);
      };
      this.#waiting ? this.#waiting.push(take) : take();
    });
  }

  #frame(peer: Peer, frame: ClientFrame): void {
    const answer = (body: object) => peer.socket.send(JSON.stringify(body));
    const index = this.faults.findIndex((fault) => fault.type === frame.type);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault) {
      if (frame.type === 'message.send') peer.refused.set(frame.roomId, frame.clientId);
      return answer({ ...fault, type: 'error', id: 'id' in frame ? frame.id : undefined, detail: 'planted' });
    }
    switch (frame.type) {
      case 'hello':
        return this.#hello(peer, frame.token, answer);
      case 'auth':
        return answer({ type: 'ack', id: frame.id });
      case 'ping':
        return answer({ type: 'pong', id: frame.id });
      case 'room.subscribe':
        peer.rooms.add(frame.roomId);
        return answer({ type: 'ack', id: frame.id, ...this.#catchUp(frame.roomId, frame.since ?? null) });
      case 'room.unsubscribe':
        peer.rooms.delete(frame.roomId);
        return answer({ type: 'ack', id: frame.id });
      case 'message.send':
        return this.#send(peer, frame, answer);
      case 'message.edit':
        return this.#edit(peer, frame, answer);
      default:
        return answer({ type: 'error', id: 'id' in frame ? frame.id : undefined, code: 'validation_failed', detail: 'unknown' });
    }
  }

  #hello(peer: Peer, token: string, answer: (body: object) => void): void {
    const user = this.tokens.get(token);
    if (!user || this.refuseHellos-- > 0) return peer.socket.close(4501);
    peer.user = user;
    const expiresAt = new Date(Date.now() + this.expiresIn * 1000).toISOString();
    answer({
      type: 'welcome',
      connectionId: crypto.randomUUID(),
      user,
      expiresAt,
      heartbeatMs: 25_000,
      era: this.era,
      limits: {},
    });
  }

  #catchUp(roomId: string, since: number | null): object {
    const { messages, rev } = this.room(roomId);
    const numbers = { lastSeq: messages.length, lastRev: rev, source: 'database' };
    if (since === null || since > rev) return { mode: 'snapshot', messages: messages.slice(-50), ...numbers };
    return {
      mode: 'resume',
      messages: messages.filter((message) => message.rev > since).sort((a, b) => a.rev - b.rev),
      ...numbers,
    };
  }

  #send(peer: Peer, frame: ClientFrame<'message.send'>, answer: (body: object) => void): void {
    const blocking = peer.refused.get(frame.roomId);
    if (blocking !== undefined && blocking !== frame.clientId) {
      return answer({ type: 'error', id: frame.id, code: 'retry_order', detail: 'another one first' });
    }
    peer.refused.delete(frame.roomId);
    const message = this.post(frame.roomId, frame.text, frame.clientId, peer.user as User);
    if (!this.loseAcks) answer({ type: 'ack', id: frame.id, message });
  }

  #edit(peer: Peer, frame: ClientFrame<'message.edit'>, answer: (body: object) => void): void {
    const message = this.edit(frame.roomId, frame.seq, frame.text);
    if (this.loseAcks) peer.socket.terminate();
    else answer({ type: 'ack', id: frame.id, message });
  }

  #user(username: string): User {
    const id = `00000000-0000-7000-8000-00000000000${USER_KEYS.indexOf(username) + 1}`;
    const createdAt = '2026-01-01T00:00:00.000Z';
    return { id, username, displayName: username, avatarUrl: null, kind: 'member', role: 'user', createdAt };
  }

  async #rest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [status, body] = this.#route(`${request.method} ${request.url}`, text === '' ? {} : JSON.parse(text));
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(body));
  }

  #route(call: string, body: { username?: string; refreshToken?: string }): [number, object] {
    if (call === 'POST /api/v1/users') return [201, this.#credentials(this.#user(body.username ?? 'alice'))];
    if (call === 'POST /api/v1/sessions/refresh') {
      this.refreshes++;
      const username = body.refreshToken?.split(':')[1];
      if (!username) return [401, { code: 'unauthenticated', status: 401, detail: 'unknown refresh token' }];
      return [200, this.#credentials(this.#user(username))];
    }
    if (call === 'GET /api/v1/me') return [200, { user: this.#user('alice') }];
    const history = /^GET \/api\/v1\/rooms\/([^/]+)\/messages\?before=(\d+)&limit=(\d+)$/.exec(call);
    if (history) {
      const [, roomId = '', before, limit] = history;
      const { messages, rev } = this.room(roomId);
      const older = messages.slice(0, Number(before) - 1).slice(-Number(limit));
      return [200, { items: older, lastSeq: messages.length, lastRev: rev }];
    }
    return [404, { code: 'not_found', status: 404, detail: call }];
  }

  #credentials(user: User): object {
    const accessToken = `access:${user.username}:${crypto.randomUUID()}`;
    this.tokens.set(accessToken, user);
    return { user, accessToken, expiresIn: this.expiresIn, refreshToken: `refresh:${user.username}:${crypto.randomUUID()}` };
  }
}

/** Resolves when `condition` holds; rejects after fifteen seconds, naming what was waited for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
