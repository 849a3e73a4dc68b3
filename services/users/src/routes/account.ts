import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { changePassword } from '../commands/change-password.js';
import { endOwnSession } from '../commands/end-session.js';
import { enterAsVisitor } from '../commands/enter-as-visitor.js';
import { enterWithIdentity } from '../commands/enter-with-identity.js';
import { linkIdentity } from '../commands/link-identity.js';
import { upgradeGuest } from '../commands/upgrade-guest.js';
import type { UsersContext } from '../context.js';
import { toSessionItem } from '../domain/session.js';
import { readPage } from '../repositories/page.js';
import {
  byRequest,
  changePasswordRequest,
  identityRequest,
  idPath,
  linkRequest,
  ownSessionPath,
  pageRequest,
  upgradeRequest,
  visitorRequest,
} from './schemas.js';

/** What a person does with the own account; the gateway has verified the session. */
export function accountRoutes(context: UsersContext): Router {
  const router = Router();
  router.get('/users/:id/sessions', async (req, res) => {
    const { id } = parse(idPath, req.params);
    const read = (page: Parameters<typeof context.sessions.live>[2]) => context.sessions.live(id, context.now(), page);
    res.json(await readPage(pageRequest(req.query), read, toSessionItem));
  });
  router.post('/users/:id/sessions/:sessionId/revoke', async (req, res) => {
    const { sessionId } = parse(ownSessionPath, req.params);
    await endOwnSession(context, { sessionId, by: parse(byRequest, req.body).by });
    res.status(204).end();
  });
  router.post('/users/:id/password', async (req, res) => {
    const { id } = parse(idPath, req.params);
    await changePassword(context, { userId: id, ...parse(changePasswordRequest, req.body) });
    res.status(204).end();
  });
  router.post('/users/:id/upgrade', async (req, res) => {
    const { id } = parse(idPath, req.params);
    res.json({ user: await upgradeGuest(context, { userId: id, ...parse(upgradeRequest, req.body) }) });
  });
  router.post('/users/:id/identities', async (req, res) => {
    const { id } = parse(idPath, req.params);
    await linkIdentity(context, { userId: id, ...parse(linkRequest, req.body) });
    res.status(204).end();
  });
  router.post('/sessions/identity', async (req, res) => {
    res.status(201).json(await enterWithIdentity(context, parse(identityRequest, req.body)));
  });
  router.post('/sessions/visitor', async (req, res) => {
    res.status(201).json(await enterAsVisitor(context, parse(visitorRequest, req.body)));
  });
  return router;
}
