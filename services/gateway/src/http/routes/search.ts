import { mentionsQuery, searchQuery } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import type { GatewayContext } from '../../context.js';
import { listMentions } from '../../read-models/mentions.js';
import { searchMessages } from '../../read-models/search.js';
import { authenticate, sessionOf, traceOf } from '../authenticate.js';

/** Messages over many rooms: searched for, and those that mention one. */
export function searchRoutes(deps: GatewayContext): Router {
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/search/messages', signedIn, async (req, res) => {
    const query = parse(searchQuery, req.query);
    res.json(await searchMessages(deps, sessionOf(req).userId, query, traceOf(req)));
  });
  router.get('/me/mentions', signedIn, async (req, res) => {
    const query = parse(mentionsQuery, req.query);
    res.json(await listMentions(deps, { userId: sessionOf(req).userId, ...query }, traceOf(req)));
  });
  return router;
}
