import { type Credentials, type Device, guestBody, logInBody, refreshBody, signUpBody } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { type Request, type Response, Router } from 'express';
import type { GatewayContext } from '../../context.js';
import { authenticate, countByAddress, sessionOf, traceOf } from '../authenticate.js';
import { optionalBody } from '../params.js';
import { clearRefreshCookie, readCookie, REFRESH_COOKIE, setRefreshCookie } from '../refresh-cookie.js';

/** Hashing a password may have to wait for its turn. */
export const CREDENTIALS_TIMEOUT_MS = 15_000;

type Deps = Pick<GatewayContext, 'users' | 'requestLimits' | 'remote' | 'sessions'>;

/** Sign-up, log-in, guests, refresh and log-out: what makes and ends credentials. All of it goes to the users service over internal HTTP. */
export function credentialRoutes(deps: Deps): Router {
  const { requestLimits, remote } = deps;
  const router = Router();
  router.post('/users', countByAddress(deps), async (req, res) => {
    const { tokens, ...body } = parse(signUpBody, req.body);
    await requestLimits.signUp(remote.ip(req));
    answer(deps, req, res, tokens, await ask(deps, req, '/accounts', body));
  });
  router.post('/sessions', countByAddress(deps), async (req, res) => {
    const { tokens, ...body } = parse(logInBody, req.body);
    await requestLimits.logIn(body.username, remote.ip(req));
    answer(deps, req, res, tokens, await ask(deps, req, '/sessions', body));
  });
  router.post('/sessions/guest', countByAddress(deps), async (req, res) => {
    const { tokens, ...body } = parse(guestBody, optionalBody(req));
    await requestLimits.guest(remote.ip(req));
    answer(deps, req, res, tokens, await ask(deps, req, '/sessions/guest', body));
  });
  router.post('/sessions/refresh', countByAddress(deps), (req, res) => refresh(deps, req, res));
  router.delete('/sessions/current', authenticate(deps), async (req, res) => {
    await deps.users.request(`/sessions/${sessionOf(req).sessionId}`, { method: 'DELETE', trace: traceOf(req) });
    clearRefreshCookie(res, remote.secure(req));
    res.status(204).end();
  });
  return router;
}

function ask({ users, remote }: Deps, req: Request, path: string, body: object): Promise<Credentials> {
  const device: Device = { ip: remote.ip(req), userAgent: req.get('user-agent') ?? '' };
  return users.request<Credentials>(path, {
    method: 'POST',
    body: { ...body, device },
    timeoutMs: CREDENTIALS_TIMEOUT_MS,
    trace: traceOf(req),
  });
}

function answer({ remote }: Deps, req: Request, res: Response, tokens: 'cookie' | 'body', credentials: Credentials): void {
  const { user, accessToken, expiresIn, refreshToken } = credentials;
  if (tokens === 'cookie') setRefreshCookie(res, refreshToken, remote.secure(req));
  res.status(201).json({ user, accessToken, expiresIn, ...(tokens === 'body' ? { refreshToken } : {}) });
}

/** The new refresh token goes back the way the old one came. */
async function refresh(deps: Deps, req: Request, res: Response): Promise<void> {
  const given = parse(refreshBody, optionalBody(req)).refreshToken;
  const secure = deps.remote.secure(req);
  const token = given ?? readCookie(req, REFRESH_COOKIE);
  if (!token) throw new AppError('unauthenticated', 'there is no refresh token');
  try {
    const { accessToken, expiresIn, refreshToken } = await ask(deps, req, '/sessions/refresh', { refreshToken: token });
    if (given === undefined) setRefreshCookie(res, refreshToken, secure);
    res.json({ accessToken, expiresIn, ...(given === undefined ? {} : { refreshToken }) });
  } catch (err) {
    const refused = err instanceof AppError && err.status < 500 && err.code !== 'rate_limited';
    if (!refused) throw err;
    if (given === undefined) clearRefreshCookie(res, secure);
    // Whatever is wrong with the token: it is none of ours any more.
    throw err.code === 'validation_failed' ? new AppError('unauthenticated', undefined, { cause: err }) : err;
  }
}
