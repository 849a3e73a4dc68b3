import { type Credentials, type Device, visitorBody } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { type Request, Router } from 'express';
import type { GatewayContext } from '../../context.js';
import type { GithubLogin } from '../../login/github-login.js';
import { authenticate, countByAddress, sessionOf, traceOf } from '../authenticate.js';
import { assertMaySignIn } from '../widget-window.js';

type Deps = Pick<GatewayContext, 'users' | 'requestLimits' | 'remote' | 'sessions' | 'origins' | 'widget' | 'redis'>;

/** What the widget trades the proof of a sign-in for: a session of its own, never a cookie. */
export function visitorRoutes(deps: Deps, { proofs }: GithubLogin): Router {
  const { users, remote, redis } = deps;
  const router = Router();
  const asGuest = authenticate(deps);
  const byAddress = countByAddress(deps);
  const count = (req: Request) => (req.headers.authorization === undefined ? byAddress : asGuest);
  router.post(
    '/sessions/github',
    (req, res, next) => count(req)(req, res, next),
    async (req, res) => {
      const { proof } = parse(visitorBody, req.body);
      const { origin: site } = req.headers;
      assertMaySignIn(deps, req, site);
      const visitorId = req.headers.authorization === undefined ? null : sessionOf(req).userId;
      const person = await proofs.take(proof, { site, redis });
      const device: Device = { ip: remote.ip(req), userAgent: req.get('user-agent') ?? '' };
      const { user, accessToken, expiresIn, refreshToken } = await users.request<Credentials>('/sessions/visitor', {
        method: 'POST',
        body: { provider: 'github', ...person, device, visitorId },
        trace: traceOf(req),
      });
      res.status(201).json({ user, accessToken, expiresIn, refreshToken });
    },
  );
  return router;
}
