import type { Credentials, Device } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { toAppError } from '@brook/common/http';
import { stringifySetCookie } from 'cookie';
import { type Request, type Response, Router } from 'express';
import type { GatewayContext } from '../../context.js';
import type { GithubPerson } from '../../login/github.js';
import type { GithubLogin } from '../../login/github-login.js';
import { beginLogin, type LoginPurpose, type LoginState, STATE_SECONDS } from '../../login/login-state.js';
import { askingPage, handingPage } from '../../login/site-window.js';
import { authenticate, countByAddress, sessionOf, traceOf } from '../authenticate.js';
import { readCookie, setRefreshCookie } from '../refresh-cookie.js';
import { refuseForeignOrigin } from '../cross-origin.js';
import { askedBy, assertMaySignIn, sendWindow, type WidgetLogin } from '../widget-window.js';

const COOKIE = 'brook_login';
const PATH = '/auth/github';

type Deps = Pick<
  GatewayContext,
  'users' | 'profiles' | 'requestLimits' | 'remote' | 'sessions' | 'origins' | 'widget' | 'logger'
>;

/** Which other providers people may sign in through. */
export function providerRoutes(login: GithubLogin | undefined): Router {
  const router = Router();
  router.get('/auth/providers', (_req, res) => void res.json({ providers: login ? ['github'] : [] }));
  return router;
}

/** Signing in through GitHub, here or for the widget, and linking it to the account of a session. */
export function githubRoutes(deps: Deps, login: GithubLogin): Router {
  const { github, states } = login;
  const { remote } = deps;
  const router = Router();
  const begin = async (req: Request, res: Response, purpose?: LoginPurpose): Promise<string> => {
    const begun = beginLogin(purpose);
    setLoginCookie(res, await states.seal(begun), STATE_SECONDS, remote.secure(req));
    return github.authorizeUrl(begun, redirectUri(deps, req));
  };
  router.use([PATH, '/api/v1/me/identities'], (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.get(PATH, countByAddress(deps), async (req, res) => {
    const widget = askedBy(req);
    if (widget === undefined) return res.redirect(await begin(req, res));
    assertMaySignIn(deps, req, widget.site);
    sendWindow(res, askingPage({ ...widget, url: await begin(req, res, { widget }) }));
  });
  router.post('/api/v1/me/identities/github', refuseForeignOrigin(deps.origins), authenticate(deps), async (req, res) => {
    const { userId, sessionId } = sessionOf(req);
    res.json({ url: await begin(req, res, { link: { userId, sessionId } }) });
  });
  router.get(`${PATH}/callback`, countByAddress(deps), async (req, res) => {
    const cookie = readCookie(req, COOKIE);
    setLoginCookie(res, '', 0, remote.secure(req));
    const begun = cookie === undefined ? undefined : await states.open(cookie);
    if (begun?.widget) return handOver(deps, login, req, res, begun, begun.widget);
    try {
      await finish(deps, req, res, begun, await identify(deps, login, req, begun));
      res.redirect('/?signed-in=github');
    } catch (err) {
      res.redirect(`/enter?error=${failed(deps, err)}`);
    }
  });
  return router;
}

/** The code of what went wrong. */
function failed({ logger }: Deps, err: unknown): string {
  const { code } = toAppError(err);
  if (code === 'internal') logger.error({ err }, 'a login through GitHub failed');
  return code;
}

/** Who GitHub says it is. @throws AppError `unauthenticated` unless this browser began the login */
async function identify(deps: Deps, { github }: GithubLogin, req: Request, begun: LoginState | undefined): Promise<GithubPerson> {
  const { code, state } = req.query;
  // Only who began this login has the cookie that knows its state: nobody is signed in by a link that another one sent.
  if (begun === undefined || typeof state !== 'string' || state !== begun.state)
    throw new AppError('unauthenticated', 'this login was not begun here');
  if (typeof code !== 'string' || code === '') throw new AppError('unauthenticated', 'GitHub sent no code');
  return github.person(code, begun.verifier, redirectUri(deps, req));
}

/** Gives the window that the widget opened what it hands back: never a token, only what the widget's own page may trade for one. */
async function handOver(
  deps: Deps,
  login: GithubLogin,
  req: Request,
  res: Response,
  begun: LoginState,
  { site, language }: WidgetLogin,
): Promise<void> {
  try {
    assertMaySignIn(deps, req, site);
    const proof = await login.proofs.sign({ site, person: await identify(deps, login, req, begun) });
    sendWindow(res, handingPage({ site, language, result: { proof } }));
  } catch (err) {
    sendWindow(res, handingPage({ site, language, result: { error: failed(deps, err) } }));
  }
}

async function finish(
  deps: Deps,
  req: Request,
  res: Response,
  begun: LoginState | undefined,
  { subject, ...person }: GithubPerson,
): Promise<void> {
  if (begun?.link) return link(deps, req, begun.link, subject);
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
