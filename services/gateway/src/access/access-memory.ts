import type { AnyChange, MemberRole, Room, RoomsChanges } from '@brook/common/contracts';
import { LRUCache } from 'lru-cache';

/** What somebody is to a room. */
export interface Standing {
  room: Room;
  role: MemberRole | null;
  banned: boolean;
}

/** A question on its way. `stale`: a change about it came meanwhile, so its answer may be older than the change. */
export interface Flight {
  readonly roomId: string;
  readonly userId: string;
  stale: boolean;
}

const ROOMS_MAX = 20_000;
const PEOPLE_MAX = 200_000;
/** A bound on staleness should the feed of changes stand still. */
const KEPT_MS = 60_000;

type Person = Omit<Standing, 'room'>;

/**
 * What this gateway remembers of rooms and of people in them, kept up to date by the rooms feed. Changes are applied to
 * what is remembered only; a question that is on its way while a change comes is marked, and its answer not kept.
 */
export class AccessMemory {
  readonly #rooms = new LRUCache<string, Room>({ max: ROOMS_MAX, ttl: KEPT_MS });
  readonly #people = new LRUCache<string, Person>({ max: PEOPLE_MAX, ttl: KEPT_MS });
  readonly #flights = new Map<string, Set<Flight>>();

  recall(userId: string, roomId: string): Standing | undefined {
    const room = this.#rooms.get(roomId);
    const person = room && this.#people.get(personKey(roomId, userId));
    return room && person ? { room, role: person.role, banned: person.banned } : undefined;
  }

  /** Call before asking anybody; then `land` with what was answered. */
  depart(userId: string, roomId: string): Flight {
    const flight: Flight = { roomId, userId, stale: false };
    const flights = this.#flights.get(roomId);
    if (flights) flights.add(flight);
    else this.#flights.set(roomId, new Set([flight]));
    return flight;
  }

  /** Ends a question and keeps its answer, if there is one and nothing newer came meanwhile. */
  land(flight: Flight, answer: Standing | undefined): void {
    const flights = this.#flights.get(flight.roomId);
    flights?.delete(flight);
    if (flights?.size === 0) this.#flights.delete(flight.roomId);
    if (!answer || flight.stale) return;
    this.#rooms.set(flight.roomId, answer.room);
    this.#people.set(personKey(flight.roomId, flight.userId), { role: answer.role, banned: answer.banned });
  }

  /** Takes a change of the rooms feed; call it with every one, in order. */
  apply(change: AnyChange<RoomsChanges>): void {
    switch (change.type) {
      case 'room.created':
      case 'room.updated':
        this.#touch(change.key);
        return this.#setRoom(change.data.room);
      case 'room.deleted':
        this.#touch(change.key);
        this.#rooms.delete(change.key);
        return;
      case 'member.joined':
        this.#setRoom(change.data.room);
        return this.#setPerson(change.key, change.data.user.id, { role: change.data.membership.role });
      case 'member.left':
        this.#setRoom(change.data.room);
        return this.#setPerson(change.key, change.data.user.id, { role: null });
      case 'member.updated':
        this.#setRoom(change.data.room);
        return this.#setPerson(change.key, change.data.user.id, { role: change.data.role });
      case 'ban.added':
        return this.#setPerson(change.key, change.data.userId, { banned: true });
      case 'ban.removed':
        return this.#setPerson(change.key, change.data.userId, { banned: false });
      case 'conversation.updated':
      case 'widget.updated':
        return;
      default:
        // A newer rooms service may know more; what it says is not about access here, but may be: forget the room.
        return this.forget((change as { key: string }).key);
    }
  }

  /** Forgets all about a room. */
  forget(roomId: string): void {
    this.#touch(roomId);
    this.#rooms.delete(roomId);
  }

  /** Forgets everything, e.g. after the database was restored. */
  clear(): void {
    for (const roomId of this.#flights.keys()) this.#touch(roomId);
    this.#rooms.clear();
    this.#people.clear();
  }

  #setRoom(room: Room): void {
    if (this.#rooms.has(room.id)) this.#rooms.set(room.id, room);
  }

  #setPerson(roomId: string, userId: string, patch: Partial<Person>): void {
    this.#touch(roomId, userId);
    const key = personKey(roomId, userId);
    const person = this.#people.get(key);
    if (person) this.#people.set(key, { ...person, ...patch });
  }

  #touch(roomId: string, userId?: string): void {
    for (const flight of this.#flights.get(roomId) ?? [])
      if (userId === undefined || flight.userId === userId) flight.stale = true;
  }
}

const personKey = (roomId: string, userId: string) => `${roomId} ${userId}`;
