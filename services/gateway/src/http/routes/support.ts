import { conversationBody, type OwnConversation, type WidgetGreeting } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { writeToSupport } from '../../commands/conversations.js';
import type { GatewayContext } from '../../context.js';
import { authenticate, countByAddress, requesterOf, sessionOf, traceOf } from '../authenticate.js';

/** A visitor's side of support: one's own conversation, and what the widget says when it is opened. */
export function supportRoutes(deps: GatewayContext): Router {
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/support/widget', countByAddress(deps), (_req, res) => {
    const { title, greeting, signIn } = deps.widget.settings;
    const agentsOnline = deps.figures.people().agents > 0;
    const answer: WidgetGreeting = { title, greeting, agentsOnline, signIn: signIn && deps.githubLogin !== undefined };
    res.json(answer);
  });
  router.get('/support/conversations/current', signedIn, async (req, res) => {
    const path = `/users/${sessionOf(req).userId}/conversation`;
    res.json(await deps.rooms.request<{ conversation: OwnConversation | null }>(path, { trace: traceOf(req) }));
  });
  router.post('/support/conversations', signedIn, async (req, res) => {
    const { clientId, text, page } = parse(conversationBody, req.body);
    const requester = await requesterOf(req, deps);
    const { room, answer, created } = await writeToSupport(deps, requester, { clientId, text, page: page ?? null });
    res
      .status(created ? 201 : 200)
      .type('json')
      .send(`{"room":${JSON.stringify(room)},"message":${answer.messageJson}}`);
  });
  return router;
}
