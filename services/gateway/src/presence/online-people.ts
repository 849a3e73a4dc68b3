/** A signal that is not repeated for this long is void: its gateway is gone. */
const STALE_MS = 150_000;
/** So is everything that a gateway said which has not been heard at all for this long. */
const SILENT_MS = 20_000;

interface Person {
  /** When each gateway last said that the person has a connection there. */
  gateways: Map<string, number>;
  roomIds: readonly string[];
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

/** Who is online through whichever gateway, as their signals tell. Times are milliseconds of one clock, passed in. */
export class OnlinePeople {
  readonly #people = new Map<string, Person>();
  readonly #byRoom = new Map<string, Set<string>>();
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
    for (const [userId, person] of this.#people) {
      for (const [gateway, at] of person.gateways) {
        if (now - at <= STALE_MS && this.#heard.has(gateway)) continue;
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
    return this.#byRoom.get(roomId) ?? new Set();
  }

  #on(userId: string, gateway: string, roomIds: readonly string[], now: number): PresenceChange | undefined {
    const known = this.#people.get(userId);
    if (known) {
      known.gateways.set(gateway, now);
      const before = new Set(known.roomIds);
      this.#setRooms(userId, known, roomIds);
      const added = roomIds.filter((roomId) => !before.has(roomId));
      return added.length > 0 ? { userId, online: true, roomIds: added, added: true } : undefined;
    }
    const person: Person = { gateways: new Map([[gateway, now]]), roomIds: [] };
    this.#people.set(userId, person);
    this.#setRooms(userId, person, roomIds);
    return { userId, online: true, roomIds };
  }

  #off(userId: string, gateway: string, seenAt?: string): PresenceChange | undefined {
    const person = this.#people.get(userId);
    if (!person?.gateways.delete(gateway)) return undefined;
    if (seenAt !== undefined && seenAt > (person.lastSeenAt ?? '')) person.lastSeenAt = seenAt;
    if (person.gateways.size > 0) return undefined;
    const { roomIds, lastSeenAt } = person;
    this.#setRooms(userId, person, []);
    this.#people.delete(userId);
    return { userId, online: false, roomIds, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) };
  }

  #setRooms(userId: string, person: Person, roomIds: readonly string[]): void {
    for (const roomId of person.roomIds) {
      const members = this.#byRoom.get(roomId);
      members?.delete(userId);
      if (members?.size === 0) this.#byRoom.delete(roomId);
    }
    person.roomIds = roomIds;
    for (const roomId of roomIds) {
      const members = this.#byRoom.get(roomId);
      if (members) members.add(userId);
      else this.#byRoom.set(roomId, new Set([userId]));
    }
  }
}
