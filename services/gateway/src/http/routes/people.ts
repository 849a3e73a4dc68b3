import { updateMeBody, type User } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { bodyOf } from '../../commands/command-bus.js';
import { commandKey } from '../../commands/request.js';
import type { GatewayContext } from '../../context.js';
import { authenticate, countByAddress, requesterOf, sessionOf, traceOf } from '../authenticate.js';

type Deps = Pick<GatewayContext, 'profiles' | 'bus' | 'requestLimits' | 'remote' | 'sessions'>;

/** Profiles: anybody's by name, and one's own. */
export function peopleRoutes(deps: Deps): Router {
  const { profiles, bus } = deps;
  const router = Router();
  router.get('/users/:username', countByAddress(deps), async (req, res) => {
    res.json({ user: await profiles.byName(String(req.params['username']), traceOf(req)) });
  });
  router.get('/me', authenticate(deps), async (req, res) => {
    res.json({ user: await profiles.current(sessionOf(req).userId) });
  });
  router.patch('/me', authenticate(deps), async (req, res) => {
    const { displayName, avatarUrl } = parse(updateMeBody, req.body);
    const requester = await requesterOf(req, deps);
    const { actor, trace } = requester;
    const answer = await bus.execute('users', {
      type: 'user.update',
      key: actor.id,
      actor,
      data: { ...(displayName === undefined ? {} : { displayName }), ...(avatarUrl === undefined ? {} : { avatarUrl }) },
      idem: commandKey(requester, 'user.update'),
      trace,
    });
    res.json({ user: bodyOf<{ user: User }>(answer).user });
  });
  return router;
}
