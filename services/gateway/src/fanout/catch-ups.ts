import type { CatchUp } from '@brook/common/contracts';
import { LRUCache } from 'lru-cache';

/** A changed message. */
export interface CaughtUpMessage {
  seq: number;
  rev: number;
  json: string;
}

/** What the database told of a room: every message changed after `from`, once, by rev, in its state at `lastRev`. */
export interface RoomCatchUp {
  /** The rev that was asked from; there were more changes than a resume may hold where `from` is above it. */
  asked: number;
  from: number;
  lastSeq: number;
  lastRev: number;
  messages: CaughtUpMessage[];
  /** Redis generation, where it was known, before the question went off. */
  generation: string | undefined;
}

export interface CatchUpsOptions {
  /** Asks the messages service. */
  ask: (roomId: string, since: number) => Promise<CatchUp>;
  /** The life of database and Redis, as far as it is known. */
  generation: () => string | undefined;
}

/** So long a question waits for others who lost their connection in the same moment. */
const BOARDING_MS = 10;
/** Revs further back than anybody has asked from so far: whoever was dropped an instant earlier comes an instant later. */
const REACH = 50;
const KEPT_MS = 10_000;
const KEPT_BYTES = 32 * 1024 * 1024;
const OVERHEAD = 200;

/**
 * When everybody is dropped at once they come back with cursors of their own. One question per room, from the lowest
 * cursor of those who wait, serves all of them, and its answer is kept for those who come a little later.
 */
export class CatchUps {
  readonly #options: CatchUpsOptions;
  readonly #boarding = new Map<string, { lowest: number; answer: Promise<RoomCatchUp> }>();
  readonly #flying = new Map<string, Promise<RoomCatchUp>>();
  readonly #kept = new LRUCache<string, RoomCatchUp>({
    ttl: KEPT_MS,
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ messages }) => messages.reduce((sum, { json }) => sum + json.length + OVERHEAD, OVERHEAD),
  });

  constructor(options: CatchUpsOptions) {
    this.#options = options;
  }

  /** Resolves when a question about this room that is on its way has been answered, or has failed. */
  async landed(roomId: string): Promise<void> {
    // Whoever asked is told of the failure; here it only ends the wait.
    await this.#flying.get(roomId)?.catch(() => undefined);
  }

  /** A recent answer, of the present generation. It may have been overtaken since. */
  kept(roomId: string): RoomCatchUp | undefined {
    const kept = this.#kept.get(roomId);
    return kept?.generation === this.#options.generation() ? kept : undefined;
  }

  /**
   * Asks the database, after the moment of the call, for what changed after `since` or further back.
   * @throws what the question throws, to all who share it
   */
  board(roomId: string, since: number): Promise<RoomCatchUp> {
    const boarding = this.#boarding.get(roomId);
    if (boarding) {
      boarding.lowest = Math.min(boarding.lowest, since);
      return boarding.answer;
    }
    const answer = new Promise<void>((resolve) => setTimeout(resolve, BOARDING_MS)).then(() => this.#depart(roomId));
    this.#boarding.set(roomId, { lowest: since, answer });
    return answer;
  }

  #depart(roomId: string): Promise<RoomCatchUp> {
    const lowest = this.#boarding.get(roomId)?.lowest ?? 0;
    this.#boarding.delete(roomId);
    const flight = this.#fly(roomId, Math.max(0, lowest - REACH)).finally(() => {
      if (this.#flying.get(roomId) === flight) this.#flying.delete(roomId);
    });
    this.#flying.set(roomId, flight);
    return flight;
  }

  async #fly(roomId: string, asked: number): Promise<RoomCatchUp> {
    const generation = this.#options.generation();
    const { messages, ...answer } = await this.#options.ask(roomId, asked);
    const told = messages.map((message) => ({ seq: message.seq, rev: message.rev, json: JSON.stringify(message) }));
    const flown = { ...answer, asked, generation, messages: told };
    this.#kept.set(roomId, flown);
    return flown;
  }
}

/** What a catch-up says to a cursor: the changes above it, `snapshot` when those are too many, undefined when it cannot tell. */
export function changesAbove(catchUp: RoomCatchUp, since: number): CaughtUpMessage[] | 'snapshot' | undefined {
  const { asked, from, lastRev, messages } = catchUp;
  if (since > lastRev || since < asked) return undefined;
  return since < from ? 'snapshot' : messages.filter(({ rev }) => rev > since);
}

/**
 * A catch-up brought up to date by what changed after it. One that grows past `limit` messages forgets the oldest.
 * @param tail every message changed after `catchUp.lastRev`, once
 */
export function extend(
  catchUp: RoomCatchUp,
  tail: { lastSeq: number; lastRev: number; messages: CaughtUpMessage[] },
  limit: number,
): RoomCatchUp {
  if (tail.messages.length === 0) return catchUp;
  const newer = new Set(tail.messages.map(({ seq }) => seq));
  const all = [...catchUp.messages.filter(({ seq }) => !newer.has(seq)), ...tail.messages].sort((a, b) => a.rev - b.rev);
  const dropped = all.splice(0, Math.max(0, all.length - limit)).at(-1);
  return {
    ...catchUp,
    messages: all,
    lastSeq: tail.lastSeq,
    lastRev: tail.lastRev,
    from: Math.max(catchUp.from, dropped?.rev ?? 0),
  };
}
