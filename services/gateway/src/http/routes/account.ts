import {
  type AuditedBy,
  changePasswordBody,
  type Page,
  pageQuery,
  type SessionItem,
  upgradeBody,
  type User,
  uuid,
} from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { GatewayContext } from '../../context.js';
import { authenticate, sessionOf, traceOf } from '../authenticate.js';
import { clearRefreshCookie } from '../refresh-cookie.js';
import { CREDENTIALS_TIMEOUT_MS } from './credentials.js';

type Deps = Pick<GatewayContext, 'users' | 'profiles' | 'requestLimits' | 'remote' | 'sessions'>;

const sessionPath = z.object({ sessionId: uuid });

/** One's own sessions and password, and how a guest stays: credentials, so internal HTTP and never a stream. */
export function accountRoutes(deps: Deps): Router {
  const { users, profiles, requestLimits, remote } = deps;
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/me/sessions', signedIn, async (req, res) => {
    const { userId, sessionId } = sessionOf(req);
    const query = parse(pageQuery, req.query);
    const page = await users.request<Page<SessionItem>>(`/users/${userId}/sessions`, { query, trace: traceOf(req) });
    res.json({ ...page, items: page.items.map((item) => ({ ...item, current: item.id === sessionId })) });
  });
  router.delete('/me/sessions/:sessionId', signedIn, async (req, res) => {
    const { sessionId } = parse(sessionPath, req.params);
    const own = sessionOf(req);
    const body = { by: await auditedBy(deps, req) };
    await users.request(`/users/${own.userId}/sessions/${sessionId}/revoke`, { method: 'POST', body, trace: traceOf(req) });
    if (sessionId === own.sessionId) clearRefreshCookie(res, remote.secure(req));
    res.status(204).end();
  });
  router.put('/me/password', signedIn, async (req, res) => {
    const body = parse(changePasswordBody, req.body);
    const { userId, sessionId } = sessionOf(req);
    // Whoever found an open screen must not guess the password faster than at the door.
    await requestLimits.logIn((await profiles.current(userId)).username, remote.ip(req));
    await change(deps, req, `/users/${userId}/password`, { ...body, sessionId });
    res.status(204).end();
  });
  router.post('/me/upgrade', signedIn, async (req, res) => {
    const body = parse(upgradeBody, req.body);
    await requestLimits.signUp(remote.ip(req));
    res.json(await change<{ user: User }>(deps, req, `/users/${sessionOf(req).userId}/upgrade`, body));
  });
  return router;
}

/** Who asks, as the audit log keeps it. */
export async function auditedBy({ profiles, remote }: Pick<Deps, 'profiles' | 'remote'>, req: Request): Promise<AuditedBy> {
  const { id, username } = await profiles.current(sessionOf(req).userId);
  return { id, username, ip: remote.ip(req) };
}

async function change<T>(deps: Deps, req: Request, path: string, body: object): Promise<T> {
  const by = await auditedBy(deps, req);
  return deps.users.request<T>(path, {
    method: 'POST',
    body: { ...body, by },
    timeoutMs: CREDENTIALS_TIMEOUT_MS,
    trace: traceOf(req),
  });
}
