import {
  type AdminUser,
  adminSearchQuery,
  type AuditEntry,
  type Page,
  pageQuery,
  putRoleBody,
  type Room,
  uuid,
} from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { type Request, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { GatewayContext } from '../../context.js';
import { authenticate, sessionOf, traceOf } from '../authenticate.js';
import { adminSupportRoutes } from './admin-support.js';
import { auditedBy } from './account.js';

const userPath = z.object({ userId: uuid });

/** What application admins see and do; everybody else gets `forbidden` for every path below /admin, existing or not. */
export function adminRoutes(deps: GatewayContext): Router {
  const { users, rooms } = deps;
  const router = Router();
  router.use('/admin', authenticate(deps), adminsOnly(deps));
  router.use(adminSupportRoutes(deps));
  router.get('/admin/users', async (req, res) => {
    const query = parse(adminSearchQuery, req.query);
    res.json(await users.request<Page<AdminUser>>('/admin/users', { query, trace: traceOf(req) }));
  });
  router.get('/admin/rooms', async (req, res) => {
    const query = parse(adminSearchQuery, req.query);
    res.json(await rooms.request<Page<Room>>('/admin/rooms', { query, trace: traceOf(req) }));
  });
  router.get('/admin/audit', async (req, res) => {
    res.json(await users.request<Page<AuditEntry>>('/admin/audit', { query: parse(pageQuery, req.query), trace: traceOf(req) }));
  });
  router.put('/admin/users/:userId/role', async (req, res) => {
    res.json(await act(deps, req, 'role', parse(putRoleBody, req.body)));
  });
  router.post('/admin/users/:userId/block', async (req, res) => {
    res.json(await act(deps, req, 'block'));
  });
  router.delete('/admin/users/:userId/block', async (req, res) => {
    res.json(await act(deps, req, 'unblock'));
  });
  router.delete('/admin/users/:userId/sessions', async (req, res) => {
    await act(deps, req, 'end-sessions');
    res.status(204).end();
  });
  return router;
}

/** The role is read anew with every request: who lost it a moment ago is refused. */
function adminsOnly({ profiles }: Pick<GatewayContext, 'profiles'>): RequestHandler {
  return async (req, _res, next) => {
    const { role } = await profiles.current(sessionOf(req).userId);
    if (role !== 'admin') throw new AppError('forbidden', 'only for admins');
    next();
  };
}

async function act(deps: GatewayContext, req: Request, name: string, body: object = {}): Promise<{ user: AdminUser }> {
  const { userId } = parse(userPath, req.params);
  const by = await auditedBy(deps, req);
  return deps.users.request(`/admin/users/${userId}/${name}`, { method: 'POST', body: { ...body, by }, trace: traceOf(req) });
}
