import { CLOSE, LIMITS, type User, type WelcomeFrame } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { toAppError } from '@brook/common/http';
import type { Session } from '../auth/session-verifier.js';
import { TokenBucket } from '../limits/token-bucket.js';
import type { Connection } from './connection.js';
import type { Deadline } from './deadline-wheel.js';
import { EarlyFrames } from './early-frames.js';
import { FloodGuard, FRAMES_PER_SEND } from './flood-guard.js';
import { route } from './frame-router.js';
import { OpenSession } from './open-session.js';
import { type ParsedFrame, parseFrame } from './parse-frame.js';
import type { SocketContext } from './socket-context.js';

/*
 *   greeting --hello--> verifying --live session--> open --close--> ended
 *       |                   |                        |
 *       +--other frame,     +--bad token: 4501       +--expired and not renewed: 4501
 *          10 s: 4501
 *
 * Frames that come while the token is verified wait for its answer; once they are many, reading pauses.
 */
type Phase =
  | { name: 'greeting'; deadline: Deadline }
  | { name: 'verifying'; early: EarlyFrames }
  | { name: 'open'; session: OpenSession; expiry: Deadline }
  | { name: 'ended' };

/** What is said on one socket, from hello to close. */
export class Conversation {
  readonly #connection: Connection;
  readonly #context: SocketContext;
  #phase: Phase;

  constructor(connection: Connection, context: SocketContext) {
    this.#connection = connection;
    this.#context = context;
    const deadline = context.wheel.after(LIMITS.helloMs, () =>
      this.#turnAway(new AppError('unauthenticated', 'say hello first')),
    );
    this.#phase = { name: 'greeting', deadline };
  }

  /** A text frame came. */
  text(text: string): void {
    if (this.#connection.closing) return;
    if (this.#phase.name === 'verifying') {
      this.#phase.early.keep(text);
      return;
    }
    this.#handle(parseFrame(text));
  }

  #handle(parsed: ParsedFrame): void {
    if (this.#connection.closing) return;
    this.#context.metrics.frames.inc(parsed.kind === 'frame' ? parsed.frame.type : 'invalid');
    if (parsed.kind === 'malformed') this.#connection.close(CLOSE.protocolError);
    else if (this.#phase.name === 'greeting') this.#greet(parsed);
    else if (this.#phase.name === 'open') this.#take(this.#phase.session, parsed);
  }

  /** A binary frame came. */
  binary(): void {
    this.#connection.close(CLOSE.protocolError);
  }

  /** The socket is gone. */
  ended(): void {
    const phase = this.#phase;
    this.#phase = { name: 'ended' };
    if (phase.name === 'greeting') phase.deadline.cancel();
    if (phase.name !== 'open') return;
    phase.expiry.cancel();
    const { session } = phase;
    session.end(this.#context.registry);
    this.#context.audience.remove(session);
    this.#context.perUser.free(session.userId);
  }

  #greet(parsed: Exclude<ParsedFrame, { kind: 'malformed' }>): void {
    if (this.#phase.name === 'greeting') this.#phase.deadline.cancel();
    if (parsed.kind === 'invalid' || parsed.frame.type !== 'hello') {
      const detail = parsed.kind === 'invalid' && parsed.type === 'hello' ? 'the access token is missing' : 'say hello first';
      this.#turnAway(new AppError('unauthenticated', detail), parsed.id);
      return;
    }
    const early = new EarlyFrames(this.#connection, this.#context.ahead);
    this.#phase = { name: 'verifying', early };
    void this.#verify(parsed.frame.token, early);
  }

  async #verify(token: string, early: EarlyFrames): Promise<void> {
    const { signIn, revocations } = this.#context;
    const begun = performance.now();
    try {
      const { session, user } = await signIn.identify(token, (userId) => early.claimed(userId));
      if (this.#phase.name !== 'verifying' || this.#connection.closing) return;
      if (revocations.revokedSince(session, begun)) throw new AppError('unauthenticated', 'the session has ended');
      this.#open(session, user);
    } catch (err) {
      this.#refuseHello(err);
    } finally {
      early.end();
    }
  }

  #refuseHello(err: unknown): void {
    const error = toAppError(err);
    if (error.code === 'unauthenticated' || error.code === 'token_expired' || error.code === 'not_found') {
      this.#turnAway(error.code === 'not_found' ? new AppError('unauthenticated') : error);
      return;
    }
    // Not the token's fault: the client shall come again.
    if (error.code === 'internal') this.#context.logger.error({ err }, 'a hello could not be verified');
    this.#connection.refuse(error);
    this.#connection.close(error.code === 'rate_limited' ? CLOSE.rateLimited : CLOSE.goingAway);
  }

  #open(session: Session, user: User): void {
    const { perUser, audience, limits, sendLimits } = this.#context;
    if (!perUser.take(user.id)) throw new AppError('rate_limited', 'too many connections of this person');
    const early = this.#phase.name === 'verifying' ? this.#phase.early.frames : [];
    const now = performance.now();
    const open = new OpenSession(this.#connection, {
      user,
      session,
      sendBucket: sendLimits.forConnection(now),
      flood: new FloodGuard({
        frames: new TokenBucket(limits.sendsPerSecond * FRAMES_PER_SEND, now),
        refusals: new TokenBucket(limits.sendsPerSecond, now),
      }),
      onRenewed: (renewed) => this.#watchExpiry(renewed),
    });
    this.#phase = { name: 'open', session: open, expiry: this.#expiry(session) };
    audience.add(open);
    void this.#assertRole(user);
    this.#welcome(user, session);
    for (const parsed of early) this.#handle(parsed);
  }

  /** The role may have changed after it was read and before the feed of changes could find this socket. */
  async #assertRole({ id, role }: User): Promise<void> {
    try {
      if ((await this.#context.profiles.user(id)).role !== role) this.#connection.close(CLOSE.resync);
    } catch (err) {
      this.#context.logger.warn({ err }, 'a role could not be read again');
    }
  }

  #welcome(user: User, session: Session): void {
    const { era, heartbeatMs, limits } = this.#context;
    const frame: WelcomeFrame = {
      type: 'welcome',
      connectionId: this.#connection.id,
      user,
      expiresAt: new Date(session.expiresAt).toISOString(),
      heartbeatMs,
      era: era(),
      limits: {
        textCodePoints: LIMITS.textCodePoints,
        frameBytes: LIMITS.frameBytes,
        subscriptions: LIMITS.subscriptions,
        sendsPerSecond: limits.sendsPerSecond,
      },
    };
    this.#connection.send(frame);
  }

  #take(session: OpenSession, parsed: Exclude<ParsedFrame, { kind: 'malformed' }>): void {
    const type = parsed.kind === 'frame' ? parsed.frame.type : parsed.type;
    const wait = type === 'message.send' && parsed.kind === 'frame' ? 0 : session.flood.frame(performance.now());
    if (wait > 0) {
      this.#connection.refuse(new AppError('rate_limited', 'too many frames', { retryAfterMs: wait }), parsed.id);
      session.tooFast();
    } else if (parsed.kind === 'invalid') this.#connection.refuse(parsed.error, parsed.id);
    else void route(this.#context, session, parsed);
  }

  #turnAway(error: AppError, id?: string): void {
    this.#connection.refuse(error, id);
    this.#connection.close(CLOSE.unauthenticated);
  }

  #watchExpiry(session: Session): void {
    if (this.#phase.name !== 'open') return;
    this.#phase.expiry.cancel();
    this.#phase.expiry = this.#expiry(session);
  }

  #expiry({ expiresAt }: Session): Deadline {
    const left = expiresAt - Date.now() + LIMITS.expiryGraceMs;
    return this.#context.wheel.after(left, () => this.#turnAway(new AppError('token_expired')));
  }
}
