import type { Connection } from './connection.js';
import { type ParsedFrame, parseFrame } from './parse-frame.js';
import type { RoomsAhead } from './rooms-ahead.js';

/** Most letters of frames that wait before reading pauses: clients say what rooms they want right behind their hello. */
const LETTERS_MAX = 4_096;
/** Subscribes of one hello that are prepared while its session is looked up. */
const LOOKS_MAX = 8;

/** Frames that came behind a hello, before its session was found to live. */
export class EarlyFrames {
  /** In the order they came. */
  readonly frames: ParsedFrame[] = [];
  readonly #connection: Pick<Connection, 'pause' | 'resume'>;
  readonly #ahead: Pick<RoomsAhead, 'look'>;
  #letters = 0;
  #looks = 0;
  #paused = false;
  #userId: string | undefined;

  constructor(connection: Pick<Connection, 'pause' | 'resume'>, ahead: Pick<RoomsAhead, 'look'>) {
    this.#connection = connection;
    this.#ahead = ahead;
  }

  /** Keeps a frame; once they are many, reading pauses. */
  keep(text: string): void {
    const parsed = parseFrame(text);
    this.frames.push(parsed);
    this.#lookAhead(parsed);
    this.#letters += text.length;
    if (this.#paused || this.#letters <= LETTERS_MAX) return;
    this.#paused = true;
    this.#connection.pause();
  }

  /** The token has said whose it is: what the rooms' answers need may be asked for. */
  claimed(userId: string): void {
    this.#userId = userId;
    for (const parsed of this.frames) this.#lookAhead(parsed);
  }

  /** The session was found to live, or not: reading goes on. */
  end(): void {
    if (this.#paused) this.#connection.resume();
  }

  #lookAhead(parsed: ParsedFrame): void {
    if (this.#userId === undefined || parsed.kind !== 'frame' || parsed.frame.type !== 'room.subscribe') return;
    if (this.#looks++ < LOOKS_MAX) this.#ahead.look(this.#userId, parsed.frame);
  }
}
