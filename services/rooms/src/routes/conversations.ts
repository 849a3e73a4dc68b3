import { conversationState, pageQuery, uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import type { ConversationLists } from '../repositories/conversation-lists.js';
import type { PurgeRepository } from '../repositories/purge-repository.js';
import { pageOf } from './rooms.js';

const idParams = z.object({ id: uuid });
const listQuery = pageQuery.extend({ state: conversationState.optional() });

/** Conversations, the widget's settings, and whether deleted rooms are gone. */
export function conversationRoutes(conversations: ConversationLists, purges: PurgeRepository): Router {
  const router = Router();
  router.get('/conversations', async (req, res) => {
    const query = parse(listQuery, req.query);
    res.json(await conversations.list(query.state, pageOf(query)));
  });
  router.get('/conversations/:id', async (req, res) => {
    const conversation = await conversations.find(parse(idParams, req.params).id);
    if (!conversation) throw new AppError('not_found', 'there is no such conversation');
    res.json({ conversation });
  });
  router.get('/users/:id/conversation', async (req, res) => {
    res.json({ conversation: await conversations.ofVisitor(parse(idParams, req.params).id) });
  });
  router.get('/widget', async (_req, res) => {
    res.json({ settings: await conversations.widget() });
  });
  router.get('/purges/:id', async (req, res) => {
    const purged = await purges.isPurged(parse(idParams, req.params).id);
    if (purged === null) throw new AppError('not_found', 'this room was not deleted');
    res.json({ purged });
  });
  return router;
}
