import { idempotencyKey, REQUEST_ID_HEADER } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import type { Request, RequestHandler } from 'express';
import type { Session } from '../auth/session-verifier.js';
import type { Requester } from '../commands/request.js';
import type { GatewayContext } from '../context.js';

const sessions = new WeakMap<Request, Session>();

/**
 * Lets a request pass whose access token belongs to a live session, within the limit of requests of its person; a
 * refused one counts against its address.
 */
export function authenticate({
  sessions: verifier,
  requestLimits,
  remote,
}: Pick<GatewayContext, 'sessions' | 'requestLimits' | 'remote'>): RequestHandler {
  return async (req, _res, next) => {
    try {
      sessions.set(req, await verifier.verify(bearerToken(req)));
    } catch (err) {
      await requestLimits.request({ ip: remote.ip(req) });
      throw err;
    }
    await requestLimits.request({ userId: sessionOf(req).userId });
    next();
  };
}

/** Counts a request of nobody in particular against its address. */
export function countByAddress({ requestLimits, remote }: Pick<GatewayContext, 'requestLimits' | 'remote'>): RequestHandler {
  return async (req, _res, next) => {
    await requestLimits.request({ ip: remote.ip(req) });
    next();
  };
}

/** The session of a request that passed `authenticate`. */
export function sessionOf(req: Request): Session {
  const session = sessions.get(req);
  if (!session) throw new Error('this route lacks authenticate()');
  return session;
}

/** Who asks for a write: the person as they are now, and the request's keys. @throws AppError `validation_failed` for a bad Idempotency-Key */
export async function requesterOf(
  req: Request,
  { profiles, remote }: Pick<GatewayContext, 'profiles' | 'remote'>,
): Promise<Requester> {
  const given = req.get('idempotency-key');
  const key = given === undefined ? undefined : parse(idempotencyKey, given);
  return { actor: await profiles.current(sessionOf(req).userId), idempotencyKey: key, ip: remote.ip(req), trace: traceOf(req) };
}

/** The id under which this request stands in every log. */
export const traceOf = (req: Request): string => String(req.res?.getHeader(REQUEST_ID_HEADER));

function bearerToken(req: Request): string {
  const [, token] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(req.get('authorization') ?? '') ?? [];
  if (token === undefined) throw new AppError('unauthenticated', 'an access token is needed: Authorization: Bearer ...');
  return token;
}
