import type { Device, Visits } from '@brook/common/contracts';
import { type RequestHandler, Router } from 'express';
import type { GatewayContext } from '../../context.js';
import { countByAddress, traceOf } from '../authenticate.js';

type Deps = Pick<GatewayContext, 'users' | 'requestLimits' | 'remote'>;

/** The counter of visitors: public, without any credential, for pages of every site. Stands before the Origin rule. */
export function visitRoutes(deps: Deps): Router {
  const { users, remote } = deps;
  const router = Router();
  router.use('/visits', anyOrigin, countByAddress(deps));
  router.get('/visits', async (req, res) => {
    res.json(await users.request<Visits>('/visits', { trace: traceOf(req) }));
  });
  router.post('/visits', async (req, res) => {
    const body: Device = { ip: remote.ip(req), userAgent: req.get('user-agent') ?? '' };
    res.json(await users.request<Visits>('/visits', { method: 'POST', body, trace: traceOf(req) }));
  });
  return router;
}

/** Lets every page read the answer; none of them can send credentials along. */
const anyOrigin: RequestHandler = (req, res, next) => {
  if (!res.hasHeader('Access-Control-Allow-Origin')) res.setHeader('Access-Control-Allow-Origin', '*');
  if (req.method !== 'OPTIONS') return next();
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  res.setHeader('Access-Control-Allow-Headers', 'Content-Type');
  res.status(204).end();
};
