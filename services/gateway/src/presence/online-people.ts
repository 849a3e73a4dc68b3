/** A signal that is not repeated for this long is void: its gateway is gone. */
const STALE_MS = 150_000;
/** So is everything that a gateway said which has not been heard at all for this long. */
const SILENT_MS = 20_000;

/** A room and who of its members is online. */
interface Room {
  id: string;
  online: Set<string>;
}

interface Person {
  /** Gateways that say the person has a connection there. */
  gateways: number;
  /** The rooms themselves: each signal brings its ids anew, and a copy for every member would be kept. */
  rooms: readonly Room[];
  /** When the person left a gateway last; RFC 3339. */
  lastSeenAt?: string;
}

/** A person came online or went offline. */
export interface PresenceChange {
  userId: string;
  online: boolean;
  roomIds: readonly string[];
  /** The person was online before, and is a member of these rooms now, too. */
  added?: true;
  /** With `online: false`, where it is known: when the last connection closed; RFC 3339. */
  lastSeenAt?: string;
}

/** What a gateway says of one person. */
export interface PresenceSignal {
  userId: string;
  online: boolean;
  gateway: string;
  roomIds: readonly string[];
  lastSeenAt?: string;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Who is online through whichever gateway, as their signals tell. Times are milliseconds of one clock, passed in. */
export class OnlinePeople {
  readonly #people = new Map<string, Person>();
  readonly #rooms = new Map<string, Room>();
  /** By gateway: when it last said so of each person, the oldest first, in whole milliseconds (which take no memory of their own). */
  readonly #said = new Map<string, Map<string, number>>();
  /** When each gateway was heard last. */
  readonly #heard = new Map<string, number>();

  /** Takes a signal. @returns the change, when it makes one */
  signal({ userId, online, gateway, roomIds, lastSeenAt }: PresenceSignal, now: number): PresenceChange | undefined {
    this.heard(gateway, now);
    return online ? this.#on(userId, gateway, roomIds, now) : this.#off(userId, gateway, lastSeenAt);
  }

  /** A gateway lives. */
  heard(gateway: string, now: number): void {
    this.#heard.set(gateway, now);
  }

  /** Nobody could be heard for a while: the silence of all until now says nothing. */
  excuse(now: number): void {
    for (const gateway of this.#heard.keys()) this.#heard.set(gateway, now);
  }

  /** Drops people whose gateways have fallen silent. @returns who went offline by that */
  expire(now: number): PresenceChange[] {
    const gone: PresenceChange[] = [];
    for (const [gateway, at] of this.#heard) if (now - at > SILENT_MS) this.#heard.delete(gateway);
    for (const [gateway, people] of this.#said) {
      const silent = !this.#heard.has(gateway);
      for (const [userId, at] of people) {
        if (now - at <= STALE_MS && !silent) break;
        const change = this.#off(userId, gateway);
        if (change) gone.push(change);
      }
    }
    return gone;
  }

  /** How many people are online. */
  get size(): number {
    return this.#people.size;
  }

  /** Whether this gateway was heard lately. */
  hears(gateway: string): boolean {
    return this.#heard.has(gateway);
  }

  online(userId: string): boolean {
    return this.#people.has(userId);
  }

  /** Ids of members of the room who are online. */
  inRoom(roomId: string): ReadonlySet<string> {
    return this.#rooms.get(roomId)?.online ?? NOBODY;
  }

  #on(userId: string, gateway: string, roomIds: readonly string[], now: number): PresenceChange | undefined {
    const known = this.#people.get(userId);
    const person: Person = known ?? { gateways: 0, rooms: [] };
    if (this.#say(userId, gateway, now)) person.gateways++;
    const before = new Set(person.rooms.map(({ id }) => id));
    this.#setRooms(userId, person, roomIds);
    if (!known) {
      this.#people.set(userId, person);
      return { userId, online: true, roomIds };
    }
    const added = roomIds.filter((roomId) => !before.has(roomId));
    return added.length > 0 ? { userId, online: true, roomIds: added, added: true } : undefined;
  }

  /** @returns whether the gateway had not said so before */
  #say(userId: string, gateway: string, now: number): boolean {
    const people = this.#said.get(gateway) ?? new Map<string, number>();
    this.#said.set(gateway, people);
    const isNew = !people.delete(userId);
    people.set(userId, Math.floor(now));
    return isNew;
  }

  #off(userId: string, gateway: string, seenAt?: string): PresenceChange | undefined {
    const people = this.#said.get(gateway);
    const person = this.#people.get(userId);
    if (!people?.delete(userId) || !person) return undefined;
    if (people.size === 0) this.#said.delete(gateway);
    if (seenAt !== undefined && seenAt > (person.lastSeenAt ?? '')) person.lastSeenAt = seenAt;
    if (--person.gateways > 0) return undefined;
    const { rooms, lastSeenAt } = person;
    this.#setRooms(userId, person, []);
    this.#people.delete(userId);
    const roomIds = rooms.map(({ id }) => id);
    return { userId, online: false, roomIds, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) };
  }

  #setRooms(userId: string, person: Person, roomIds: readonly string[]): void {
    for (const { id, online } of person.rooms) {
      online.delete(userId);
      if (online.size === 0) this.#rooms.delete(id);
    }
    person.rooms = roomIds.map((id) => this.#enter(id, userId));
  }

  #enter(id: string, userId: string): Room {
    const room = this.#rooms.get(id) ?? { id, online: new Set<string>() };
    this.#rooms.set(id, room);
    room.online.add(userId);
    return room;
  }
}
