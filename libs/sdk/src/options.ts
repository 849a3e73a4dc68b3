import type { BrookStorage } from './storage/storage.js';
import type { WebSocketConstructor } from './socket/socket.js';
import { BrookError } from './errors.js';
import { memoryStorage } from './storage/memory-storage.js';

/** Every wait of the SDK, in milliseconds. The defaults fit the protocol; tests shorten them. */
export interface Timing {
  /** Longest wait from opening the socket to `welcome`. */
  handshakeMs: number;
  /** Longest wait for the answer to one frame. */
  answerMs: number;
  /** Longest wait for one REST answer. */
  requestMs: number;
  /** Silence after which the connection is probed with a `ping`. */
  silenceMs: number;
  /** Longest wait for any sign of life after that `ping`. */
  probeMs: number;
  /** Reconnecting: full jitter between 0 and `base * 2^attempt`, at most `cap`. */
  reconnectBaseMs: number;
  reconnectCapMs: number;
  /** A connection that lived this long resets the reconnect back-off. */
  stableMs: number;
  /** How long a hole in a room's revs may stay open before the room is subscribed again. */
  gapMs: number;
  /** The access token is renewed this long before it expires, or at half its life if that is sooner. */
  renewBeforeMs: number;
}

export const DEFAULT_TIMING: Timing = {
  handshakeMs: 10_000,
  answerMs: 15_000,
  requestMs: 20_000,
  silenceMs: 25_000,
  probeMs: 8_000,
  reconnectBaseMs: 500,
  reconnectCapMs: 10_000,
  stableMs: 5_000,
  gapMs: 1_000,
  renewBeforeMs: 60_000,
};

export interface BrookOptions {
  /** Where the gateway is, e.g. `https://chat.example.org`. In a browser the page's own origin is the default. */
  url?: string;
  /** The WebSocket class; the global one by default. Node before 22 has none: pass the one of the `ws` package. */
  webSocket?: WebSocketConstructor;
  /** Where unsent messages and the sign of a session are kept; in memory by default. */
  storage?: BrookStorage;
  /**
   * Where the refresh token lives: in an httpOnly `cookie` (default in browsers), or in the answers' `body` and the
   * storage (default elsewhere).
   */
  tokens?: 'body' | 'cookie';
  timing?: Partial<Timing>;
}

/** Options with every default filled in; `url` has no trailing slash. */
export interface ResolvedOptions {
  url: string;
  webSocket: WebSocketConstructor;
  storage: BrookStorage;
  tokens: 'body' | 'cookie';
  timing: Timing;
}

/** Fills in the defaults. Throws `validation_failed` where the surroundings have none to offer. */
export function resolveOptions(options: BrookOptions): ResolvedOptions {
  const page = 'document' in globalThis ? globalThis.location.origin : undefined;
  const url = options.url ?? page;
  if (url === undefined) throw new BrookError('validation_failed', 'Outside a browser `url` must be given');
  const webSocket = options.webSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined);
  if (!webSocket) {
    throw new BrookError('validation_failed', 'This runtime has no WebSocket: pass `webSocket`, e.g. of the "ws" package');
  }
  return {
    url: url.replace(/\/+$/, ''),
    webSocket,
    storage: options.storage ?? memoryStorage(),
    tokens: options.tokens ?? (page === undefined ? 'body' : 'cookie'),
    timing: { ...DEFAULT_TIMING, ...options.timing },
  };
}
