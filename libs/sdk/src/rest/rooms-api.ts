import type { History, MemberItem, Membership, MemberRole, OwnRoomItem, Page, Room } from '@brook/common/contracts';
import type { RestClient } from './rest-client.js';
import { toTime } from './time.js';

export interface PageOptions {
  cursor?: string | undefined;
  /** 1 to 100; 50 by default. */
  limit?: number | undefined;
}

export interface HistoryOptions {
  /** At most one of the five. Seqs, `before` and `after` exclusive. */
  before?: number;
  after?: number;
  around?: number;
  /** Around the first message from this time on; a string is RFC 3339, or a date (its midnight, UTC). */
  at?: Date | string;
  /** Around one's first unread message. */
  unread?: boolean;
  limit?: number;
}

const at = (roomId: string, rest = ''): string => `/rooms/${encodeURIComponent(roomId)}${rest}`;

/** The REST calls about rooms, their members and their history. Every one rejects with a BrookError. */
export class RoomsApi {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Makes a room; the caller becomes its owner and first member. */
  async create(body: { name: string; visibility?: Room['visibility']; topic?: string }): Promise<Room> {
    return (await this.#rest.call<{ room: Room }>({ method: 'POST', path: '/rooms', body })).room;
  }

  /** Public rooms, newest first; `query` narrows them by name. */
  list(options: PageOptions & { query?: string } = {}): Promise<Page<Room>> {
    return this.#rest.call({ method: 'GET', path: '/rooms', query: { ...options } });
  }

  /** One's own rooms, latest activity first. */
  mine(options: PageOptions = {}): Promise<Page<OwnRoomItem>> {
    return this.#rest.call({ method: 'GET', path: '/me/rooms', query: { ...options } });
  }

  async get(roomId: string): Promise<Room> {
    return (await this.#rest.call<{ room: Room }>({ method: 'GET', path: at(roomId) })).room;
  }

  async update(roomId: string, body: { name?: string; topic?: string }): Promise<Room> {
    return (await this.#rest.call<{ room: Room }>({ method: 'PATCH', path: at(roomId), body })).room;
  }

  async remove(roomId: string): Promise<void> {
    await this.#rest.call({ method: 'DELETE', path: at(roomId) });
  }

  /** Joins a public room. */
  async join(roomId: string): Promise<Membership> {
    return (await this.#rest.call<{ membership: Membership }>({ method: 'PUT', path: at(roomId, '/members/me'), body: {} }))
      .membership;
  }

  async leave(roomId: string): Promise<void> {
    await this.#rest.call({ method: 'DELETE', path: at(roomId, '/members/me') });
  }

  members(roomId: string, options: PageOptions = {}): Promise<Page<MemberItem>> {
    return this.#rest.call({ method: 'GET', path: at(roomId, '/members'), query: { ...options } });
  }

  /** Adds a person, or changes the role of a member. */
  async putMember(roomId: string, userId: string, role?: MemberRole): Promise<Membership> {
    const path = at(roomId, `/members/${encodeURIComponent(userId)}`);
    return (await this.#rest.call<{ membership: Membership }>({ method: 'PUT', path, body: role ? { role } : {} })).membership;
  }

  async removeMember(roomId: string, userId: string): Promise<void> {
    await this.#rest.call({ method: 'DELETE', path: at(roomId, `/members/${encodeURIComponent(userId)}`) });
  }

  async ban(roomId: string, userId: string): Promise<void> {
    await this.#rest.call({ method: 'PUT', path: at(roomId, `/bans/${encodeURIComponent(userId)}`) });
  }

  async unban(roomId: string, userId: string): Promise<void> {
    await this.#rest.call({ method: 'DELETE', path: at(roomId, `/bans/${encodeURIComponent(userId)}`) });
  }

  /** A page of messages, ascending by seq; the latest where no option says otherwise. */
  history(roomId: string, { at: time, unread, ...options }: HistoryOptions = {}): Promise<History> {
    const query = { ...options, at: toTime(time), unread: unread ? 'true' : undefined };
    return this.#rest.call({ method: 'GET', path: at(roomId, '/messages'), query });
  }

  /** Moves one's own read marker forward; never back. */
  markRead(roomId: string, seq: number): Promise<{ lastReadSeq: number; unread: number }> {
    return this.#rest.call({ method: 'PUT', path: at(roomId, '/read'), body: { seq } });
  }
}
