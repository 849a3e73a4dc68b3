import type { ClientFrame } from '@brook/common/contracts';
import type { RoomAccess } from '../access/room-access.js';
import type { PreparedAnswer } from '../fanout/prepared-answer.js';
import type { RoomRegistry } from '../fanout/room-registry.js';

type Subscribe = ClientFrame<'room.subscribe'>;

/** What was asked for a subscribe before its turn. Neither promise rejects unheard. */
export interface RoomAhead {
  /** Resolves when this gateway's memory knows how the person stands to the room, or cannot learn it this way. */
  standing: Promise<void>;
  /** Its history, where others listen to the room already. */
  history: Promise<PreparedAnswer> | undefined;
}

export interface RoomsAheadOptions {
  access: Pick<RoomAccess, 'prepare'>;
  registry: Pick<RoomRegistry, 'readAhead'>;
}

/**
 * Clients name their rooms right behind their hello. What the answers need is asked of Redis together with the session, in one
 * round trip instead of two; it is used only once the session is known to live, by the frame it was asked for.
 */
export class RoomsAhead {
  readonly #options: RoomsAheadOptions;
  readonly #byFrame = new WeakMap<Subscribe, RoomAhead>();

  constructor(options: RoomsAheadOptions) {
    this.#options = options;
  }

  /** Asks for what a subscribe of this person will need. */
  look(userId: string, frame: Subscribe): void {
    const { access, registry } = this.#options;
    const history = registry.readAhead(frame.roomId, frame.since ?? undefined);
    // Whoever waits for it is told of its failure; a subscribe that never comes to its turn is not.
    history?.catch(() => undefined);
    this.#byFrame.set(frame, { standing: access.prepare(userId, frame.roomId), history });
  }

  /** What was asked for this frame, if anything was. */
  of(frame: Subscribe): RoomAhead | undefined {
    return this.#byFrame.get(frame);
  }
}
