import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { blockAccount, unblockAccount } from '../commands/block-account.js';
import { endAllSessions } from '../commands/end-all-sessions.js';
import { setRole } from '../commands/set-role.js';
import type { UsersContext } from '../context.js';
import { toAdminUser } from '../domain/account.js';
import { auditBy } from '../domain/audit.js';
import { type PageRequest, readPage } from '../repositories/page.js';
import { auditRequest, byRequest, idPath, pageRequest, roleRequest, searchRequest } from './schemas.js';

/** What application admins do, and the audit log; the gateway has checked the role. */
export function adminRoutes(context: UsersContext): Router {
  const router = Router();
  router.get('/admin/users', async (req, res) => {
    const { query } = parse(searchRequest, req.query);
    const read = (page: PageRequest) => context.accounts.search(query ?? '', page);
    res.json(await readPage(pageRequest(req.query), read, toAdminUser));
  });
  for (const [name, act] of Object.entries({ block: blockAccount, unblock: unblockAccount, 'end-sessions': endAllSessions }))
    router.post(`/admin/users/:id/${name}`, async (req, res) => {
      const { id: userId } = parse(idPath, req.params);
      res.json({ user: await act(context, { userId, by: parse(byRequest, req.body).by }) });
    });
  router.post('/admin/users/:id/role', async (req, res) => {
    const { id: userId } = parse(idPath, req.params);
    res.json({ user: await setRole(context, { userId, ...parse(roleRequest, req.body) }) });
  });
  router.get('/admin/audit', async (req, res) => {
    res.json(
      await readPage(
        pageRequest(req.query),
        (page) => context.audit.list(page),
        (entry) => entry,
      ),
    );
  });
  router.post('/audit', async (req, res) => {
    const { by, action, target, detail } = parse(auditRequest, req.body);
    await context.audit.record({ ...auditBy(by, action), target, detail }, context.now());
    res.status(204).end();
  });
  return router;
}
