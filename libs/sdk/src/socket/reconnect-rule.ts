import { CLOSE, mayReconnect } from '@brook/common/contracts';
import { type Backoff, fullJitter } from '../backoff.js';

/** What the client does after its socket closed. */
export type AfterClose =
  | { kind: 'wait'; ms: number }
  /** Renew the access token, then connect again at once. */
  | { kind: 'refresh' }
  /** The server does not want this client back. */
  | { kind: 'stop' };

export interface CloseFacts {
  code: number;
  /** Failed attempts in a row, from 0. */
  attempt: number;
  /** Whether the token was renewed already for a 4501 since the last `welcome`. */
  refreshed: boolean;
  /** `reconnectAfterMs` of the `goodbye` that came before, if one did. */
  goodbyeMs: number | null;
}

/**
 * The rule of the close codes: 4000-4499 and everything that is not Brook's own (1006 and the like) reconnects,
 * 4500-4999 does not, except that after 4501 the token may be renewed once.
 */
export function afterClose(facts: CloseFacts, backoff: Backoff, random: () => number = Math.random): AfterClose {
  if (facts.code === CLOSE.unauthenticated.code && !facts.refreshed) return { kind: 'refresh' };
  if (!mayReconnect(facts.code)) return { kind: 'stop' };
  const jitter = fullJitter(facts.attempt, backoff, random);
  if (facts.goodbyeMs !== null && facts.attempt === 0) return { kind: 'wait', ms: facts.goodbyeMs + Math.min(jitter, 250) };
  // Who was told to slow down waits at least a second.
  if (facts.code === CLOSE.rateLimited.code) return { kind: 'wait', ms: 1000 + jitter };
  return { kind: 'wait', ms: jitter };
}
