/*
 * Why: a client pipelines m1, m2, m3 into a room, and Redis loses m1 after it took it (it was emptied, or restarted on
 * an append-only file that lacked the last second). m2 and m3 come after and would be stored; m1, sent again by its
 * client, would stand behind them for ever. So every send names the one before it that was still unanswered, and is
 * stored only behind it; else the client is told `retry_order` and sends again in order.
 */

/** What one sender called one message of a room: all three are needed, for others may choose the same client id. */
export interface SendName {
  roomId: string;
  senderId: string;
  clientId: string;
}

/** A send, as far as its place in its sender's order goes. */
export interface ChainLink extends SendName {
  prev: string | undefined;
}

/** Values by the name of a send. By the client id alone, and then compared: one string of all three costs as much to hash as all else. */
export class SendMap<T extends SendName> {
  readonly #byClientId = new Map<string, T[]>();

  get(roomId: string, senderId: string, clientId: string): T | undefined {
    return this.#byClientId.get(clientId)?.find((value) => value.roomId === roomId && value.senderId === senderId);
  }

  /** Adds a value. Of several with one name the first is found. */
  add(value: T): void {
    const others = this.#byClientId.get(value.clientId);
    if (others) others.push(value);
    else this.#byClientId.set(value.clientId, [value]);
  }
}

/** Splits sends, in stream order, into those that may be stored and those whose predecessor, `prev`, is missing. */
export function splitByChain<T extends ChainLink>(sends: T[], prevStored: (send: T) => boolean): { inOrder: T[]; broken: T[] } {
  const inOrder: T[] = [];
  const broken: T[] = [];
  const accepted = new SendMap<T>();
  for (const send of sends) {
    const { roomId, senderId, prev } = send;
    if (prev !== undefined && !accepted.get(roomId, senderId, prev) && !prevStored(send)) {
      broken.push(send);
      continue;
    }
    accepted.add(send);
    inOrder.push(send);
  }
  return { inOrder, broken };
}

/** Names of the newest stored sends, so that a predecessor is seldom looked up in the database. */
export class RecentSends {
  readonly #max: number;
  #young = new SendMap<SendName>();
  #size = 0;
  #old = new SendMap<SendName>();

  /** Remembers at least the newest `max` and at most twice as many. */
  constructor(max: number) {
    this.#max = max;
  }

  has({ roomId, senderId, clientId }: SendName): boolean {
    return !!this.#young.get(roomId, senderId, clientId) || !!this.#old.get(roomId, senderId, clientId);
  }

  add({ roomId, senderId, clientId }: SendName): void {
    if (this.#young.get(roomId, senderId, clientId)) return;
    this.#young.add({ roomId, senderId, clientId });
    if (++this.#size < this.#max) return;
    this.#old = this.#young;
    this.#young = new SendMap();
    this.#size = 0;
  }
}
