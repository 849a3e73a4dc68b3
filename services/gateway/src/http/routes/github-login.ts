import type { Credentials, Device } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { toAppError } from '@brook/common/http';
import { stringifySetCookie } from 'cookie';
import { type Request, type Response, Router } from 'express';
import type { GatewayContext } from '../../context.js';
import type { Github } from '../../login/github.js';
import type { GithubLogin } from '../../login/github-login.js';
import { beginLogin, type LoginState, STATE_SECONDS } from '../../login/login-state.js';
import { authenticate, countByAddress, sessionOf, traceOf } from '../authenticate.js';
import { readCookie, setRefreshCookie } from '../refresh-cookie.js';
import { refuseForeignOrigin } from '../cross-origin.js';

const COOKIE = 'brook_login';
const PATH = '/auth/github';

type Deps = Pick<GatewayContext, 'users' | 'profiles' | 'requestLimits' | 'remote' | 'sessions' | 'origins' | 'logger'>;

/** Which other providers people may sign in through. */
export function providerRoutes(login: GithubLogin | undefined): Router {
  const router = Router();
  router.get('/auth/providers', (_req, res) => void res.json({ providers: login ? ['github'] : [] }));
  return router;
}

/** Signing in through GitHub, and linking it to the account of a session. */
export function githubRoutes(deps: Deps, { github, states }: GithubLogin): Router {
  const { remote } = deps;
  const router = Router();
  const begin = async (req: Request, res: Response, link?: LoginState['link']): Promise<string> => {
    const login = beginLogin(link);
    setLoginCookie(res, await states.seal(login), STATE_SECONDS, remote.secure(req));
    return github.authorizeUrl(login, redirectUri(deps, req));
  };
  router.use([PATH, '/api/v1/me/identities'], (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.get(PATH, countByAddress(deps), async (req, res) => res.redirect(await begin(req, res)));
  router.post('/api/v1/me/identities/github', refuseForeignOrigin(deps.origins), authenticate(deps), async (req, res) => {
    const { userId, sessionId } = sessionOf(req);
    res.json({ url: await begin(req, res, { userId, sessionId }) });
  });
  router.get(`${PATH}/callback`, countByAddress(deps), async (req, res) => {
    const cookie = readCookie(req, COOKIE);
    setLoginCookie(res, '', 0, remote.secure(req));
    try {
      const login = cookie === undefined ? undefined : await states.open(cookie);
      await finish(deps, github, req, res, login);
      res.redirect('/?signed-in=github');
    } catch (err) {
      const { code } = toAppError(err);
      if (code === 'internal') deps.logger.error({ err }, 'a login through GitHub failed');
      res.redirect(`/enter?error=${code}`);
    }
  });
  return router;
}

async function finish(deps: Deps, github: Github, req: Request, res: Response, login: LoginState | undefined): Promise<void> {
  const { code, state } = req.query;
  // Only who began this login has the cookie that knows its state: nobody is signed in by a link that another one sent.
  if (login === undefined || typeof state !== 'string' || state !== login.state)
    throw new AppError('unauthenticated', 'this login was not begun here');
  if (typeof code !== 'string' || code === '') throw new AppError('unauthenticated', 'GitHub sent no code');
  const { subject, ...person } = await github.person(code, login.verifier, redirectUri(deps, req));
  if (login.link) return link(deps, req, login.link, subject);
  const device: Device = { ip: deps.remote.ip(req), userAgent: req.get('user-agent') ?? '' };
  const credentials = await deps.users.request<Credentials>('/sessions/identity', {
    method: 'POST',
    body: { provider: 'github', subject, ...person, device },
    trace: traceOf(req),
  });
  setRefreshCookie(res, credentials.refreshToken, deps.remote.secure(req));
}

/** The session that wanted the link has to live still. */
async function link(deps: Deps, req: Request, wanted: NonNullable<LoginState['link']>, subject: string): Promise<void> {
  const { users, profiles, remote, sessions } = deps;
  await sessions.assertLive({ ...wanted, expiresAt: 0 });
  const { id, username } = await profiles.current(wanted.userId);
  const body = { provider: 'github', subject, by: { id, username, ip: remote.ip(req) } };
  await users.request(`/users/${id}/identities`, { method: 'POST', body, trace: traceOf(req) });
}

function redirectUri({ remote }: Deps, req: Request): string {
  return `${remote.secure(req) ? 'https' : 'http'}://${remote.host(req) ?? 'localhost'}${PATH}/callback`;
}

/** Lax: the browser comes back from another site. */
function setLoginCookie(res: Response, value: string, maxAge: number, secure: boolean): void {
  res.append(
    'Set-Cookie',
    stringifySetCookie({ name: COOKIE, value, maxAge, path: PATH, httpOnly: true, sameSite: 'lax', secure }),
  );
}
