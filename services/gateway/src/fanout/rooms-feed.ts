import type { AnyChange, ConversationMoved, ReadMoved, Room, RoomsChanges, ServerEvent } from '@brook/common/contracts';
import type { RoomAccess } from '../access/room-access.js';
import type { WidgetModel } from '../read-models/widget-settings.js';
import { encodeTextFrame } from '../ws/frame-encoding.js';
import type { Audience, Listener } from './audience.js';
import type { OnlineRooms } from './online-rooms.js';
import { ReadReceipts } from './read-receipts.js';
import type { RoomRegistry } from './room-registry.js';

export interface RoomsFeedOptions {
  access: Pick<RoomAccess, 'apply'>;
  registry: RoomRegistry;
  audience: Audience;
  online: OnlineRooms;
  widget: Pick<WidgetModel, 'apply'>;
  /** A person who is online here has joined or left a room. */
  onMoved: (userId: string) => void;
}

/**
 * What a change of the rooms service means here: first to what this gateway remembers of rights, then to subscriptions
 * (who was removed hears nothing more), then to those who are told.
 */
export class RoomsFeed {
  readonly #options: RoomsFeedOptions;
  readonly #receipts: ReadReceipts;

  constructor(options: RoomsFeedOptions) {
    this.#options = options;
    this.#receipts = new ReadReceipts(options.registry);
  }

  apply(change: AnyChange<RoomsChanges>): void {
    this.#options.access.apply(change);
    if ('room' in change.data) this.#options.registry.members(change.data.room);
    switch (change.type) {
      case 'room.created':
        return this.#tellAgents(change.data.room);
      case 'room.updated':
        return this.#tellRoom('room.updated', change.data.room);
      case 'room.deleted':
        return this.#deleted(change.data.room);
      case 'member.joined':
        return this.#joined(change.data);
      case 'member.left':
        return this.#left(change.data);
      case 'member.updated':
        return this.#announce({ type: change.type, roomId: change.key, user: change.data.user, role: change.data.role });
      case 'ban.added':
        return this.#banned(change.data);
      case 'ban.removed':
        return;
      case 'conversation.updated':
        return this.#conversation(change.data);
      case 'widget.updated':
        return this.#options.widget.apply(change.data.settings);
      default:
        // A newer rooms service may publish more; it concerns nobody here.
        change satisfies never;
    }
  }

  /** An entry that may be lost. */
  ephemeral(type: string, data: unknown): void {
    if (type === 'room.read') this.#receipts.moved(data as ReadMoved);
    if (type === 'conversation.moved') this.#conversation(data as ConversationMoved);
  }

  stop(): void {
    this.#receipts.stop();
  }

  /** A support room that is new or gone. */
  #tellAgents(room: Room): void {
    if (room.kind === 'support') this.#conversation({ roomId: room.id, state: 'open' });
  }

  /** To agents, who are no members, and to the room's subscribers. */
  #conversation({ roomId, state }: ConversationMoved): void {
    const { audience, registry } = this.#options;
    const frame = encodeTextFrame(JSON.stringify({ type: 'conversation.updated', roomId, state } satisfies ServerEvent));
    const told = new Set<Pick<Listener, 'write'>>(audience.agents());
    for (const { subscriber } of registry.get(roomId)?.live ?? []) told.add(subscriber);
    for (const listener of told) listener.write(frame);
  }

  #announce(frame: ServerEvent & { roomId: string }): void {
    this.#options.registry.announce(frame.roomId, frame);
  }

  #joined({ room, user, membership }: RoomsChanges['member.joined']): void {
    const { audience, online, onMoved } = this.#options;
    online.joined(user.id, room.id);
    if (audience.has(user.id)) onMoved(user.id);
    audience.tell(user.id, { type: 'membership.added', room, role: membership.role } satisfies ServerEvent);
    this.#announce({ type: 'member.joined', roomId: room.id, user, role: membership.role });
  }

  #left({ room, user, reason }: RoomsChanges['member.left']): void {
    const { audience, online, registry, onMoved } = this.#options;
    online.removed(user.id, room.id);
    if (audience.has(user.id)) onMoved(user.id);
    registry.cancel(room.id, user.id);
    audience.tell(user.id, { type: 'membership.removed', roomId: room.id, reason } satisfies ServerEvent);
    this.#announce({ type: 'member.left', roomId: room.id, user });
  }

  /** A member's end is told by `member.left`; this is for somebody who only listened. */
  #banned({ roomId, userId }: RoomsChanges['ban.added']): void {
    const { audience, online, registry } = this.#options;
    if (registry.cancel(roomId, userId).length === 0 || online.members(roomId).has(userId)) return;
    audience.tell(userId, { type: 'membership.removed', roomId, reason: 'banned' } satisfies ServerEvent);
  }

  #deleted(room: Room): void {
    const { audience, online, registry } = this.#options;
    this.#tellRoom('room.deleted', room);
    const removed = { type: 'membership.removed', roomId: room.id, reason: 'room_deleted' } satisfies ServerEvent;
    online.eachMember(room.id, removed.type, (userId) => audience.tell(userId, removed));
    registry.cancel(room.id);
    online.deleted(room.id);
    this.#tellAgents(room);
  }

  /** To every connection of members who are online, and to subscribers; once to each. */
  #tellRoom(type: 'room.updated' | 'room.deleted', room: Room): void {
    const { audience, online, registry } = this.#options;
    const frame = encodeTextFrame(JSON.stringify({ type, room } satisfies ServerEvent));
    const told = new Set<Pick<Listener, 'write'>>();
    const tell = (listener: Pick<Listener, 'write'>) => {
      if (told.has(listener)) return;
      told.add(listener);
      listener.write(frame);
    };
    online.eachMember(room.id, type, (userId) => {
      for (const listener of audience.of(userId)) tell(listener);
    });
    for (const { subscriber } of registry.get(room.id)?.live ?? []) tell(subscriber);
  }
}
