import type { UsersChanges } from '@brook/common/contracts';

/** Longer than any verification of a token takes. */
const KEPT_MS = 60_000;

interface Revocation {
  userId: string;
  /** One session, or every session but `except`. */
  sessionId: string | undefined;
  except: string | null;
  at: number;
}

/** Whether a revocation ends this session. */
const ends = (revocation: Revocation, session: { userId: string; sessionId: string }): boolean =>
  revocation.userId === session.userId &&
  (revocation.sessionId === undefined ? revocation.except !== session.sessionId : revocation.sessionId === session.sessionId);

/**
 * Sessions that were revoked a moment ago. A token may be verified just before its session ends and its socket be
 * registered just after: whoever registers asks here what came since the verification began. Times are milliseconds of
 * one monotonic clock, passed in.
 */
export class Revocations {
  readonly #recent: Revocation[] = [];

  session({ userId, sessionId }: UsersChanges['session.revoked'], now: number): void {
    this.#add({ userId, sessionId, except: null, at: now });
  }

  everySession({ userId, exceptSessionId }: UsersChanges['sessions.revoked'], now: number): void {
    this.#add({ userId, sessionId: undefined, except: exceptSessionId, at: now });
  }

  /** Whether the session was revoked at or after `since`. */
  revokedSince(session: { userId: string; sessionId: string }, since: number): boolean {
    return this.#recent.some((revocation) => revocation.at >= since && ends(revocation, session));
  }

  #add(revocation: Revocation): void {
    while (this.#recent[0] && this.#recent[0].at < revocation.at - KEPT_MS) this.#recent.shift();
    this.#recent.push(revocation);
  }
}
