import type { Message, ServerEvent, WelcomeFrame } from '@brook/common/contracts';
import type { Timing } from '../options.js';
import type { RoomsApi } from '../rest/rooms-api.js';
import type { Connection } from '../socket/connection.js';
import type { RememberedRoom } from './message-log.js';
import { Subscription } from './subscription.js';

/** Rooms that nobody holds any more but whose messages are kept, to be resumed when somebody returns. */
const PARKED = 20;

/** All rooms of one client: one subscription a room, however many parts of a program hold it. */
export class Subscriptions {
  readonly #byRoom = new Map<string, Subscription>();
  readonly #connection: Connection;
  readonly #rooms: RoomsApi;
  readonly #timing: Timing;
  readonly #seen: (messages: readonly Message[]) => void;
  #era: string | null = null;

  /** `seen` is told of every message that has come into some room's log. */
  constructor(connection: Connection, rooms: RoomsApi, timing: Timing, seen: (messages: readonly Message[]) => void) {
    this.#connection = connection;
    this.#rooms = rooms;
    this.#timing = timing;
    this.#seen = seen;
    connection.on('greeted', () => this.#startHeld());
    connection.on('welcome', (welcome) => this.#welcomed(welcome));
    connection.on('lost', () => this.#lost());
    connection.on('event', (event) => this.#route(event));
  }

  /**
   * The room's subscription with one more holder, who must `close` it. Starts as soon as there is a connection, with what
   * was `remembered` where this run knows nothing of the room yet.
   */
  hold(roomId: string, remembered?: RememberedRoom): Subscription {
    const id = roomId.toLowerCase();
    const known = this.#byRoom.get(id);
    const subscription = known ?? this.#make(id, remembered);
    const idle = !subscription.held;
    // Set anew, so that the map's order tells which room was used last.
    this.#byRoom.delete(id);
    this.#byRoom.set(id, subscription.hold());
    const restart = idle || subscription.state.status === 'refused';
    if (restart && this.#era !== null && this.#connection.online) subscription.start(this.#era);
    return subscription;
  }

  /** The room's subscription, where somebody holds it. */
  held(roomId: string): Subscription | undefined {
    const subscription = this.#byRoom.get(roomId);
    return subscription?.held ? subscription : undefined;
  }

  /** Forgets every room, e.g. because somebody else signs in. */
  clear(): void {
    for (const subscription of this.#byRoom.values()) subscription.end();
    this.#byRoom.clear();
    this.#era = null;
  }

  #make(roomId: string, remembered: RememberedRoom | undefined): Subscription {
    return new Subscription({
      roomId,
      remembered,
      connection: this.#connection,
      rooms: this.#rooms,
      timing: this.#timing,
      seen: this.#seen,
      released: () => this.#released(roomId),
    });
  }

  #released(roomId: string): void {
    this.#byRoom.get(roomId)?.pause();
    this.#connection.askEarly({ type: 'room.unsubscribe', roomId }, { ok: () => undefined, fail: () => undefined });
    const parked = [...this.#byRoom].filter(([, subscription]) => !subscription.held);
    for (const [id, subscription] of parked.slice(0, Math.max(0, parked.length - PARKED))) {
      subscription.end();
      this.#byRoom.delete(id);
    }
  }

  #welcomed(welcome: WelcomeFrame): void {
    this.#era = welcome.era;
    this.#startHeld(welcome.era);
  }

  #startHeld(era?: string): void {
    for (const subscription of this.#byRoom.values()) if (subscription.held) subscription.start(era);
  }

  #lost(): void {
    for (const subscription of this.#byRoom.values()) if (subscription.held) subscription.pause();
  }

  #route(event: ServerEvent): void {
    if (event.type === 'membership.added') return this.#askAgain(event.room.id);
    if (!('roomId' in event)) return;
    this.held(event.roomId)?.handle(event);
    // A public room may still be read; a private one now refuses.
    if (event.type === 'membership.removed') this.#askAgain(event.roomId);
  }

  /** What one may read has changed: the server decides anew. */
  #askAgain(roomId: string): void {
    if (this.#era !== null && this.#connection.online) this.held(roomId)?.start(this.#era);
  }
}
