/*
 * Why: a client pipelines m1, m2, m3 into a room, and Redis loses m1 after it took it (it was emptied, or restarted on
 * an append-only file that lacked the last second). m2 and m3 come after and would be stored; m1, sent again by its
 * client, would stand behind them for ever. So every send names the one before it that was still unanswered, and is
 * stored only behind it; else the client is told `retry_order` and sends again in order.
 */

/** A send, as far as its place in its sender's order goes. */
export interface ChainLink {
  roomId: string;
  senderId: string;
  clientId: string;
  prev: string | undefined;
  /** Its `linkKey`, made once: it is asked for by whoever groups, chains and remembers. */
  key: string;
}

export const linkKey = (roomId: string, senderId: string, clientId: string): string => `${roomId}:${senderId}:${clientId}`;

/** Splits sends, in stream order, into those that may be stored and those whose predecessor is missing. */
export function splitByChain<T extends ChainLink>(sends: T[], stored: (key: string) => boolean): { inOrder: T[]; broken: T[] } {
  const inOrder: T[] = [];
  const broken: T[] = [];
  const accepted = new Set<string>();
  for (const send of sends) {
    const { roomId, senderId, prev, key } = send;
    const before = prev === undefined ? undefined : linkKey(roomId, senderId, prev);
    if (before !== undefined && !accepted.has(before) && !stored(before)) {
      broken.push(send);
      continue;
    }
    accepted.add(key);
    inOrder.push(send);
  }
  return { inOrder, broken };
}

/** Client ids of the newest stored sends, so that a predecessor is seldom looked up in the database. */
export class RecentSends {
  readonly #max: number;
  #young = new Set<string>();
  #old = new Set<string>();

  /** Remembers at least the newest `max` and at most twice as many. */
  constructor(max: number) {
    this.#max = max;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: string): void {
    this.#young.add(key);
    if (this.#young.size < this.#max) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
