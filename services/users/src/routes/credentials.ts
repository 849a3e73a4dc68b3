import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { createAdmin } from '../commands/create-admin.js';
import { createGuest } from '../commands/create-guest.js';
import { logIn } from '../commands/log-in.js';
import { refreshSession } from '../commands/refresh-session.js';
import { signUp } from '../commands/sign-up.js';
import type { UsersContext } from '../context.js';
import { adminRequest, guestRequest, logInRequest, refreshRequest, signUpRequest } from './schemas.js';

/** Routes that take or make credentials: what must never enter a stream. */
export function credentialRoutes(context: UsersContext): Router {
  const router = Router();
  router.post('/accounts', async (req, res) => {
    res.status(201).json(await signUp(context, parse(signUpRequest, req.body)));
  });
  router.post('/sessions', async (req, res) => {
    res.status(201).json(await logIn(context, parse(logInRequest, req.body)));
  });
  router.post('/sessions/guest', async (req, res) => {
    res.status(201).json(await createGuest(context, parse(guestRequest, req.body)));
  });
  router.post('/sessions/refresh', async (req, res) => {
    const { refreshToken, device } = parse(refreshRequest, req.body);
    res.json(await refreshSession(context, refreshToken, device));
  });
  router.post('/admins', async (req, res) => {
    res.status(201).json({ user: await createAdmin(context, parse(adminRequest, req.body)) });
  });
  router.get('/admins/count', async (_req, res) => {
    res.json({ count: await context.accounts.countAdmins() });
  });
  router.get('/jwks', (_req, res) => void res.json(context.tokens.publicKeys));
  return router;
}
