import type { ErrorCode } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';

/*
 * Why: a client pipelines m1, m2, m3 in one room. If m1 is refused for now and m2 is taken, m2 would stand before m1 for
 * ever. So after a refusal that a retry can heal, later sends of that connection in that room are refused with
 * `retry_order` until the refused clientId comes back.
 *
 *   open --a send is refused for now--> waiting [m1] --m1 is sent again--> open
 *
 * Refusals can come late and out of turn (m1 waits for Redis while m2 meets the limit), so the room waits for all of
 * them, in the order in which they were first sent.
 */

/** Refusals after which the same send may succeed. A text that is too long stays too long: it holds back nobody. */
const HEALED_BY_RETRY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'rate_limited',
  'overloaded',
  'unavailable',
  'timeout',
  // Of a send that had been admitted when an earlier one was refused.
  'retry_order',
]);

/** An admitted send, for `refused`. */
export interface Admission {
  roomId: string;
  clientId: string;
  /** Place among the sends of this connection. */
  turn: number;
}

/** Sends of one room without an answer yet. */
interface Unanswered {
  /** clientIds in the order in which they were enqueued. */
  ids: Set<string>;
  newest: string | undefined;
}

/** One connection's order of sends, per room. Pure: no clock, no I/O. A room is remembered only while it waits. */
export class SendOrder {
  /** Both are made when they are needed: most sockets never send. */
  #waiting: Map<string, Admission[]> | undefined;
  #unanswered: Map<string, Unanswered> | undefined;
  #turns = 0;

  /**
   * Lets a send go on, or refuses it. Call it in the order in which the frames came.
   * @throws AppError `retry_order` while another clientId must come first; this changes nothing
   */
  admit(roomId: string, clientId: string): Admission {
    const waiting = this.#waiting?.get(roomId);
    if (this.#waiting && waiting) {
      const [first, ...rest] = waiting as [Admission, ...Admission[]];
      if (first.clientId !== clientId) throw new AppError('retry_order', `send ${first.clientId} first`);
      if (rest.length > 0) this.#waiting.set(roomId, rest);
      else this.#waiting.delete(roomId);
      // It keeps its turn: whatever else was refused before it came back stands behind it.
      return first;
    }
    return { roomId, clientId, turn: ++this.#turns };
  }

  /**
   * An admitted send is being enqueued. @returns the clientId before it that has no answer yet: should Redis lose that
   * one, its owner must not store this one first
   */
  enqueued({ roomId, clientId }: Admission): string | undefined {
    const rooms = (this.#unanswered ??= new Map<string, Unanswered>());
    let unanswered = rooms.get(roomId);
    if (!unanswered) rooms.set(roomId, (unanswered = { ids: new Set(), newest: undefined }));
    forget(unanswered, clientId);
    const before = unanswered.newest;
    unanswered.ids.add(clientId);
    unanswered.newest = clientId;
    return before;
  }

  /** A send has its answer, whichever. */
  answered({ roomId, clientId }: Admission): void {
    const unanswered = this.#unanswered?.get(roomId);
    if (!unanswered) return;
    forget(unanswered, clientId);
    if (unanswered.ids.size === 0) this.#unanswered?.delete(roomId);
  }

  /** Records the refusal of an admitted send. Refusals that no retry can heal hold nothing back. */
  refused(admission: Admission, code: ErrorCode): void {
    this.answered(admission);
    if (!HEALED_BY_RETRY.has(code)) return;
    const rooms = (this.#waiting ??= new Map<string, Admission[]>());
    const waiting = (rooms.get(admission.roomId) ?? []).filter(({ clientId }) => clientId !== admission.clientId);
    waiting.push(admission);
    waiting.sort((a, b) => a.turn - b.turn);
    rooms.set(admission.roomId, waiting);
  }

  /**
   * Whether an earlier send of the room waits to come back, so that this one must not go on although it was admitted:
   * ask before enqueuing when something was awaited since.
   */
  overtakes(admission: Admission): boolean {
    const first = this.#waiting?.get(admission.roomId)?.[0];
    return first !== undefined && first.turn < admission.turn;
  }

  /** The clientId that must come next in this room; undefined when any may. */
  awaited(roomId: string): string | undefined {
    return this.#waiting?.get(roomId)?.[0]?.clientId;
  }
}

/** Answers come in the order of the sends, but for refusals: the newest is seldom the one that goes while others stay. */
function forget(unanswered: Unanswered, clientId: string): void {
  const { ids, newest } = unanswered;
  ids.delete(clientId);
  if (newest !== clientId) return;
  unanswered.newest = undefined;
  for (const id of ids) unanswered.newest = id;
}
