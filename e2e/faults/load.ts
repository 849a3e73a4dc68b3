import { randomUUID } from 'node:crypto';
import { partitionOf } from '@brook/common/contracts';
import { type Brook, BrookError, createBrook, type Subscription } from '@brook/sdk';
import { eventually } from '@brook/common/testing';
import WebSocket from 'ws';
import { PARTITIONS, type System } from './cluster.js';
import { FrameTail } from './frame-tail.js';
import { Observer } from './observer.js';
import { pick, type Random } from './random.js';
import { Sender } from './sender.js';

export interface LoadOptions {
  senders?: number;
  /** Rooms of each partition. */
  roomsPerPartition?: number;
  /** Commands a second in all: sends, edits and deletes. */
  rate?: number;
  observersPerGateway?: number;
  random: Random;
}

const TICK_MS = 20;
const SETTLE_MS = 60_000;
const PREPARE_MS = 10_000;
const PASSWORD = 'correct horse battery staple';
/** Shorter than a person's client would wait: the servers' recovery is measured, not the client's patience. */
const TIMING = {
  reconnectBaseMs: 50,
  reconnectCapMs: 1_000,
  handshakeMs: 3_000,
  answerMs: 15_000,
  silenceMs: 4_000,
  probeMs: 2_000,
};

/**
 * Senders that talk, edit and delete at a steady rate in a few rooms of every partition, half of them on each gateway, and
 * observers that only read. Everything they are told is recorded for the checker.
 */
export class Load {
  readonly senders: Sender[] = [];
  readonly observers: Observer[] = [];
  readonly roomIds: string[] = [];
  /** Commands that can never be done, put on the streams by a test. */
  poisoned = 0;
  readonly #system: System;
  readonly #random: Random;
  readonly #rate: number;
  #owner: Brook | undefined;
  /** One person looks through all observers' eyes. */
  #observerToken: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #last = 0;

  private constructor(system: System, { rate = 300, random }: LoadOptions) {
    this.#system = system;
    this.#rate = rate;
    this.#random = random;
  }

  /** Makes rooms and people and connects everybody; nothing is sent before `go`. */
  static async prepare(system: System, options: LoadOptions): Promise<Load> {
    const load = new Load(system, options);
    try {
      await load.#prepare(options);
    } catch (error) {
      await load.close();
      throw error;
    }
    return load;
  }

  /** Starts sending. */
  go(): void {
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Stops sending; what was asked for goes on until it is answered. */
  halt(): void {
    clearInterval(this.#timer);
  }

  /** Stops sending and waits until everything that was asked for is answered. */
  async rest(): Promise<void> {
    this.halt();
    await eventually(() => this.senders.every(({ pending }) => pending === 0), { timeout: SETTLE_MS, interval: 50 });
  }

  /**
   * Stops sending and waits until every message is acked or refused for good and every client knows all that the database
   * knows. A client that does not get there is left to the checker, which says what it lacks.
   */
  async quiesce(): Promise<void> {
    this.halt();
    await eventually(() => this.senders.every((sender) => sender.pending === 0), { timeout: SETTLE_MS, interval: 50 }).catch(
      () => undefined,
    );
    const heads = await this.#heads();
    const caughtUp = (rev: number | null | undefined, roomId: string) => rev === (heads.get(roomId) ?? 0);
    await eventually(
      () =>
        this.subscriptions.every(({ subscription }) => caughtUp(subscription.rev, subscription.roomId)) &&
        this.observers.every((observer) => observer.live && [...observer.rooms].every(([id, { rev }]) => caughtUp(rev, id))),
      { timeout: SETTLE_MS / 2, interval: 50 },
    ).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.halt();
    for (const observer of this.observers) observer.stop();
    await Promise.all([...this.senders.map((sender) => sender.brook.close()), this.#owner?.close()]);
  }

  /** Every room that some SDK client watches. */
  get subscriptions(): { who: string; subscription: Subscription }[] {
    return this.senders.flatMap(({ name, subscriptions }) => subscriptions.map((subscription) => ({ who: name, subscription })));
  }

  /** Longest time of this load, in milliseconds, in which nothing was acked in some partition. */
  longestSilence(): number {
    const silences = Array.from({ length: PARTITIONS }, (_, partition) => {
      const rooms = new Set(this.roomsOf(partition));
      const times = this.senders.flatMap(({ records }) =>
        records.filter(({ roomId }) => rooms.has(roomId)).map(({ ackedAt }) => ackedAt),
      );
      const acks = times.filter((at) => at !== undefined).sort((a, b) => a - b);
      return acks.reduce((longest, at, i) => Math.max(longest, at - (acks[i - 1] ?? at)), 0);
    });
    return Math.max(...silences);
  }

  /** Milliseconds from each send to its ack. */
  latencies(): number[] {
    return this.senders.flatMap(({ records }) =>
      records.flatMap(({ sentAt, ackedAt }) => (ackedAt === undefined ? [] : [ackedAt - sentAt])),
    );
  }

  /** Rooms of one partition. */
  roomsOf(partition: number): string[] {
    return this.roomIds.filter((roomId) => partitionOf(roomId, PARTITIONS) === partition);
  }

  /** Whoever owns the rooms; a member with every right. */
  get owner(): Brook {
    if (!this.#owner) throw new Error('the load has not been prepared');
    return this.#owner;
  }

  /** A client of one gateway, as the load's own clients are. */
  client(gateway: number, socket: typeof WebSocket = WebSocket): Brook {
    return createBrook({ url: this.#system.gatewayUrl(gateway), webSocket: socket as never, tokens: 'body', timing: TIMING });
  }

  async #prepare({ senders = 20, roomsPerPartition = 2, observersPerGateway = 1 }: LoadOptions): Promise<void> {
    this.#owner = this.client(0);
    const { owner } = this;
    await patiently(() => owner.signUp({ username: `owner-${randomUUID().slice(0, 18)}`, password: PASSWORD }));
    await this.#makeRooms(roomsPerPartition);
    // Whoever is closed must not be connecting still: the first failure waits for the others.
    const added = await Promise.allSettled(Array.from({ length: senders }, (_, i) => this.#addSender(i)));
    for (const each of added) if (each.status === 'rejected') throw each.reason;
    for (const [gateway] of this.#system.of('gateway').entries())
      for (let i = 0; i < observersPerGateway; i++) await this.#addObserver(`observer-${gateway}.${i}`, gateway);
    await eventually(() => this.observers.every(({ live }) => live), { timeout: 10_000 });
  }

  async #makeRooms(each: number): Promise<void> {
    while (this.roomIds.length < each * PARTITIONS) {
      const { id } = await patiently(() => this.owner.rooms.create({ name: `room ${this.roomIds.length}` }));
      if (this.roomsOf(partitionOf(id, PARTITIONS)).length < each) this.roomIds.push(id);
    }
  }

  async #addSender(index: number): Promise<void> {
    const tail = new FrameTail();
    const brook = this.client(index, tail.socket);
    const sender = new Sender(`sender-${index}`, { brook, tail, random: this.#random });
    this.senders.push(sender);
    await patiently(() => brook.guest({ displayName: sender.name }));
    await brook.connect();
    // Every sender in one room of each partition, so that each fault meets all of them.
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const rooms = this.roomsOf(partition);
      const roomId = rooms[index % rooms.length] as string;
      await patiently(() => brook.rooms.join(roomId));
      sender.subscriptions.push(await brook.subscribe(roomId));
    }
  }

  async #addObserver(name: string, gateway: number): Promise<void> {
    const url = this.#system.gatewayUrl(gateway);
    this.#observerToken ??= await patiently(() => this.guestToken(gateway));
    this.observers.push(new Observer(name, { url, token: this.#observerToken, roomIds: this.roomIds }));
  }

  /** The access token of a new guest. */
  async guestToken(gateway: number): Promise<string> {
    const url = this.#system.gatewayUrl(gateway);
    const response = await fetch(`${url}/api/v1/sessions/guest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tokens: 'body' }),
    });
    const { accessToken } = (await response.json()) as { accessToken?: string };
    if (!accessToken) throw new BrookError('internal', `no guest: ${response.status}`);
    return accessToken;
  }

  #tick(): void {
    const now = performance.now();
    // A generator that the machine leaves behind makes up for a second at most: else it would never do anything but send.
    this.#due = Math.min(this.#due + ((now - this.#last) / 1000) * this.#rate, this.#rate);
    this.#last = now;
    for (; this.#due >= 1; this.#due--) pick(this.#random, this.senders).act();
  }

  async #heads(): Promise<Map<string, number>> {
    const rows = await this.#system.query<{ room_id: string; last_rev: string }>(
      'SELECT room_id, last_rev FROM messages.counters WHERE room_id = ANY($1::uuid[])',
      [this.roomIds],
    );
    return new Map(rows.map((row) => [row.room_id, Number(row.last_rev)]));
  }
}

/**
 * What a person does who is told that a part cannot be reached: tries again. Every process is ready here, but a connection
 * among them may still lead to one that was ended.
 */
const patiently = <T extends object | string>(ask: () => Promise<T>): Promise<T> =>
  eventually(ask, { timeout: PREPARE_MS, interval: 200 }) as Promise<T>;
