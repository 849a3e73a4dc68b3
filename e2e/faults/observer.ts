import type { Message, ServerFrame, SubscribeAck } from '@brook/common/contracts';
import WebSocket from 'ws';

/** What an observer holds of one room. */
export interface ObservedRoom {
  /** Newest rev up to which the server said it has told everything; null before the first answer. */
  rev: number | null;
  /** By seq; from the first snapshot's oldest message on. */
  messages: Map<number, Message>;
}

interface Live extends ObservedRoom {
  /** Newest rev of this connection: its ack's, then each event's. Null while unanswered. */
  last: number | null;
  /** Oldest seq that it holds. */
  floor: number;
}

const RECONNECT_MS = 150;
const SUBSCRIBE_AGAIN_MS = 400;

/**
 * A client that only reads and believes the protocol to the letter: it never asks twice, never closes a gap itself, and
 * notes every breach. What the SDK would heal silently shows here.
 */
export class Observer {
  readonly name: string;
  readonly rooms = new Map<string, ObservedRoom>();
  /** Breaches of the protocol's promises. */
  readonly faults: string[] = [];
  /** Connections made, and how they ended. */
  readonly closes: number[] = [];
  readonly #url: string;
  readonly #token: string;
  #socket: WebSocket | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;
  #away = false;
  #era: string | undefined;

  constructor(name: string, options: { url: string; token: string; roomIds: string[] }) {
    this.name = name;
    this.#url = `${options.url.replace(/^http/, 'ws')}/ws`;
    this.#token = options.token;
    for (const roomId of options.roomIds)
      this.rooms.set(roomId, { rev: null, messages: new Map(), last: null, floor: 1 } as Live);
    this.#open();
  }

  /** The life of the database, as the last welcome told it. */
  get era(): string | undefined {
    return this.#era;
  }

  /** Whether every room has had an answer on the present connection. */
  get live(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && [...this.rooms.values()].every((room) => (room as Live).last !== null);
  }

  /** Loses its connection and comes back by itself. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Loses its connection, and stays away until `rejoin`. */
  drop(): void {
    this.#away = true;
    this.#socket?.terminate();
  }

  rejoin(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#open();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#socket?.terminate();
  }

  #open(): void {
    const socket = new WebSocket(this.#url, 'brook.v1');
    this.#socket = socket;
    socket.on('open', () => this.#write({ type: 'hello', token: this.#token }));
    socket.on('message', (data: Buffer) => {
      if (socket === this.#socket) this.#frame(JSON.parse(data.toString()) as ServerFrame);
    });
    // A close always follows.
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closes.push(code);
      if (socket !== this.#socket) return;
      for (const room of this.rooms.values()) (room as Live).last = null;
      if (!this.#away) this.#later(RECONNECT_MS, () => this.#open());
    });
  }

  #frame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.#welcomed(frame.era);
        return;
      case 'ack':
        if ('mode' in frame) this.#answered(frame);
        return;
      case 'error':
        this.#refused(frame);
        return;
      case 'message.created':
      case 'message.updated':
      case 'message.deleted':
        this.#changed(frame.roomId, frame.rev, frame.message);
        return;
      default:
        return;
    }
  }

  #welcomed(era: string): void {
    const restored = this.#era !== undefined && this.#era !== era;
    this.#era = era;
    for (const [roomId, room] of this.rooms) {
      if (restored) room.rev = null;
      this.#subscribe(roomId);
    }
  }

  #refused({ id, code, detail }: { id?: string | undefined; code: string; detail: string }): void {
    if (id === undefined || !this.rooms.has(id)) return;
    if (!['timeout', 'unavailable', 'overloaded'].includes(code)) this.faults.push(`subscribe refused: ${code} ${detail}`);
    this.#later(SUBSCRIBE_AGAIN_MS, () => this.#subscribe(id));
  }

  /** The room's id is the frame's id, so the answer needs no table. */
  #subscribe(roomId: string): void {
    const since = this.rooms.get(roomId)?.rev;
    this.#write({ type: 'room.subscribe', id: roomId, roomId, ...(since === null ? {} : { since }) });
  }

  #answered(ack: SubscribeAck): void {
    const room = this.rooms.get(ack.id) as Live | undefined;
    if (!room) return;
    if (ack.mode === 'snapshot') {
      room.messages.clear();
      room.floor = Math.min(...ack.messages.map(({ seq }) => seq), ack.lastSeq + 1);
    }
    if (ack.mode === 'resume' && room.rev !== null && ack.lastRev < room.rev)
      this.#fault(ack.id, `resume since ${room.rev} answered with lastRev ${ack.lastRev}`);
    for (const message of ack.messages) this.#upsert(room, message);
    room.rev = ack.lastRev;
    room.last = ack.lastRev;
  }

  #changed(roomId: string, rev: number, message: Message): void {
    const room = this.rooms.get(roomId) as Live | undefined;
    if (!room) return;
    if (room.last === null) return this.#fault(roomId, `rev ${rev} before the answer to subscribe`);
    if (rev <= room.last) this.#fault(roomId, `rev ${rev} after ${room.last}`);
    if (rev !== message.rev) this.#fault(roomId, `event rev ${rev} carries message rev ${message.rev}`);
    room.last = rev;
    room.rev = rev;
    this.#upsert(room, message);
  }

  #upsert(room: Live, message: Message): void {
    // A change of a page that a snapshot made void.
    if (message.seq < room.floor) return;
    const known = room.messages.get(message.seq);
    if (!known || known.rev <= message.rev) room.messages.set(message.seq, message);
  }

  #fault(roomId: string, text: string): void {
    this.faults.push(`room ${roomId.slice(-4)}: ${text}`);
  }

  #later(ms: number, act: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #write(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
