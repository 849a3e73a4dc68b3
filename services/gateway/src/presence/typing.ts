import type { ServerEvent, Signal } from '@brook/common/contracts';
import type { RoomRegistry } from '../fanout/room-registry.js';

/** One person's typing in one room is signalled at most once in this many milliseconds; clients show it for 5 s. */
const PERIOD_MS = 2_000;

/** Tells a room's subscribers, but not the person, that somebody types. */
export function announceTyping(registry: RoomRegistry, { roomId, user }: Extract<Signal, { type: 'typing' }>): void {
  const frame: ServerEvent = { type: 'typing', roomId, user };
  registry.announce(roomId, frame, { except: user.id });
}

/** How often one connection may say that its person types. Times are milliseconds of one clock, passed in. */
export class TypingPace {
  #last: Map<string, number> | undefined;

  /** Whether to pass this one on. */
  pass(roomId: string, now: number): boolean {
    const last = (this.#last ??= new Map<string, number>());
    if (now - (last.get(roomId) ?? Number.NEGATIVE_INFINITY) < PERIOD_MS) return false;
    for (const [id, at] of last) if (now - at >= PERIOD_MS) last.delete(id);
    last.set(roomId, now);
    return true;
  }
}
