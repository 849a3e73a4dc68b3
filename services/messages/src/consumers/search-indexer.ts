import { setImmediate as nextTurn } from 'node:timers/promises';
import { partitionOf } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Logger } from '@brook/common/logging';
import type { HeldLease, PartitionWork } from '@brook/common/streams';
import { lexemesOf, PUBLIC_LEXEME, roomLexeme, senderLexeme } from '../domain/search-text.js';
import type { Prisma } from '../repositories/prisma.js';
import {
  type ChangedMessage,
  findStale,
  readUnindexed,
  type SearchDocument,
  type StaleRoom,
  staleRoomIds,
  storeDocuments,
} from '../repositories/search-index.js';

/*
 * Keeps the search index behind the messages, by the same numbers as every other reader: a room is indexed up to a rev, and
 * what lies above it is pulled. So nothing is lost with a process, and messages are stored without waiting for their index.
 *
 *   touch     a batch was committed: its rooms have something to index
 *   start     a partition was taken over: every room of it that is behind is touched
 *   turn      some rooms' changes are read, made into documents and stored with the rooms' new revs; then the next
 *
 * A turn is followed by a pause of a multiple of its own length, so that indexing leaves the machine to those who send: a
 * third of one connection is its share, and a ninth while many messages come. Then it may fall behind, and catches up later.
 */

/** From a change after a quiet time to its turn. */
const WAIT_MS = 300;
/** Between two turns at least, so that a steady trickle of messages shares them. */
const REST_MS = 1_000;
const RETRY_MS = 2_000;
const PAUSE_FACTOR = 2;
const BUSY_PAUSE_FACTOR = 8;
/** Changes a second, from which on sending goes before finding. */
const BUSY_PER_SECOND = 1_000;
const PAUSE_MAX_MS = 5_000;
/** Rooms and messages of one turn; a room has room for a few in any case. */
const ROOMS = 100;
const MESSAGES = 500;
const PER_ROOM_MIN = 5;
/** Documents of one statement. */
const SLICE = 64;
/** Documents made in one turn of the event loop: making them holds up whoever sends, for a quarter of a millisecond. */
const AT_ONCE = 8;
const SCAN_PAGE = 1_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

type OpenRoom = StaleRoom & { public: boolean };

interface Change {
  message: ChangedMessage;
  room: OpenRoom;
}

export interface SearchIndexerOptions {
  prisma: Prisma;
  partitions: number;
  /** Whether everybody may read the room, which never changes. @throws AppError `not_found` when there is no such room (any more) */
  isPublic: (roomId: string) => Promise<boolean>;
  logger: Logger;
}

export class SearchIndexer implements PartitionWork {
  readonly #options: SearchIndexerOptions;
  readonly #held = new Set<number>();
  #waiting = new Set<string>();
  readonly #unscanned = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #working = false;
  #stopped = false;
  /** Changes since `#countedAt`, on the clock of `performance.now()`. */
  #changes = 0;
  #countedAt = performance.now();
  #restUntil = 0;

  constructor(options: SearchIndexerOptions) {
    this.#options = options;
  }

  start({ partition }: HeldLease): void {
    this.#held.add(partition);
    this.#unscanned.add(partition);
    this.#schedule(0);
  }

  /** Its rooms are another's to index now; what was begun may end, and does no harm. */
  stop(partition: number): Promise<void> {
    this.#held.delete(partition);
    this.#unscanned.delete(partition);
    return Promise.resolve();
  }

  /** These rooms have changed; a room stands there once for each change. */
  touch(roomIds: readonly string[]): void {
    this.#changes += roomIds.length;
    for (const roomId of roomIds) this.#waiting.add(roomId);
    if (this.#waiting.size > 0) this.#schedule(Math.max(WAIT_MS, this.#restUntil - performance.now()));
  }

  /** Ends the turn in hand and begins no other. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#working || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#working = true;
      this.#turn = this.#work().then((next) => {
        this.#working = false;
        this.#restUntil = performance.now() + next;
        if (this.#waiting.size + this.#unscanned.size > 0) this.#schedule(next);
      });
    }, ms);
  }

  /** @returns milliseconds until the next turn */
  async #work(): Promise<number> {
    const begun = performance.now();
    let rooms: string[] = [];
    let behind = false;
    try {
      if (this.#unscanned.size > 0) await this.#scan();
      rooms = [...this.#waiting].slice(0, ROOMS);
      for (const roomId of rooms) this.#waiting.delete(roomId);
      if (rooms.length > 0) behind = (await this.#index(rooms)) || rooms.length === ROOMS;
    } catch (err) {
      this.#options.logger.warn({ err }, 'messages could not be indexed yet');
      for (const roomId of rooms) this.#waiting.add(roomId);
      return RETRY_MS;
    }
    return this.#pauseAfter(performance.now() - begun, behind);
  }

  /** `behind`: the turn left something to do, so that only its length counts. */
  #pauseAfter(spentMs: number, behind: boolean): number {
    const now = performance.now();
    const busy = (this.#changes * 1_000) / (now - this.#countedAt) > BUSY_PER_SECOND;
    this.#changes = 0;
    this.#countedAt = now;
    const pause = Math.min(PAUSE_MAX_MS, spentMs * (busy ? BUSY_PAUSE_FACTOR : PAUSE_FACTOR));
    return behind ? pause : Math.max(REST_MS, pause);
  }

  /** Touches whatever is behind in the partitions that were taken over. */
  async #scan(): Promise<void> {
    const { prisma, partitions } = this.#options;
    const wanted = [...this.#unscanned];
    for (let after = BEFORE_ALL; !this.#stopped; ) {
      const page = await staleRoomIds(prisma, after, SCAN_PAGE);
      for (const roomId of page) if (this.#held.has(partitionOf(roomId, partitions))) this.#waiting.add(roomId);
      const last = page.at(-1);
      if (!last || page.length < SCAN_PAGE) break;
      after = last;
    }
    for (const partition of wanted) this.#unscanned.delete(partition);
  }

  /** @returns whether some room has more than one turn takes */
  async #index(roomIds: string[]): Promise<boolean> {
    const { prisma } = this.#options;
    const stale = await findStale(prisma, roomIds);
    const open: OpenRoom[] = [];
    for (const room of stale) {
      const isPublic = room.public ?? (await this.#visibility(room.roomId));
      if (isPublic !== undefined) open.push({ ...room, public: isPublic });
    }
    if (open.length === 0) return false;
    const perRoom = Math.max(PER_ROOM_MIN, Math.floor(MESSAGES / open.length));
    const changed = await readUnindexed(prisma, open, perRoom);
    const byRoom = groupByRoom(changed);
    await this.#store(open.flatMap((room) => (byRoom.get(room.roomId) ?? []).map((message) => ({ message, room }))));
    const cut = open.filter(({ roomId }) => byRoom.get(roomId)?.length === perRoom);
    for (const { roomId } of cut) this.#waiting.add(roomId);
    return cut.length > 0;
  }

  /** Each room's messages ascend by rev, so that the last one of a slice tells how far its room is. */
  async #store(inOrder: Change[]): Promise<void> {
    for (let at = 0; at < inOrder.length; at += SLICE) {
      const slice = inOrder.slice(at, at + SLICE);
      const documents = await makeDocuments(slice);
      const reached = new Map(slice.map(({ message, room }) => [room.roomId, { ...room, rev: message.rev }]));
      await storeDocuments(this.#options.prisma, documents, [...reached.values()]);
    }
  }

  /** A room that is gone has nothing to find; it is asked for again when it is touched again. */
  async #visibility(roomId: string): Promise<boolean | undefined> {
    try {
      return await this.#options.isPublic(roomId);
    } catch (err) {
      if (err instanceof AppError && err.code === 'not_found') return undefined;
      throw err;
    }
  }
}

function groupByRoom(changed: ChangedMessage[]): Map<string, ChangedMessage[]> {
  const byRoom = new Map<string, ChangedMessage[]>();
  for (const message of changed) {
    const own = byRoom.get(message.roomId);
    if (own) own.push(message);
    else byRoom.set(message.roomId, [message]);
  }
  return byRoom;
}

async function makeDocuments(changes: Change[]): Promise<SearchDocument[]> {
  const documents: SearchDocument[] = [];
  for (let at = 0; at < changes.length; at += AT_ONCE) {
    if (at > 0) await nextTurn();
    for (const { message, room } of changes.slice(at, at + AT_ONCE)) documents.push(toDocument(message, room.public));
  }
  return documents;
}

function toDocument({ text, ...message }: ChangedMessage, isPublic: boolean): SearchDocument {
  if (text === '') return { ...message, lexemes: [] };
  const places = [roomLexeme(message.roomId), senderLexeme(message.senderId), ...(isPublic ? [PUBLIC_LEXEME] : [])];
  return { ...message, lexemes: [...lexemesOf(text), ...places] };
}
