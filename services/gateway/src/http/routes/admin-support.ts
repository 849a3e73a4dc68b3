import {
  blockVisitorBody,
  type Conversation,
  type ConversationPage,
  conversationState,
  conversationStateBody,
  type Overview,
  pageQuery,
  type PurgeReport,
  type StoredConversation,
  type VisitorDays,
  widgetSettings,
} from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { type Request, type Response, Router } from 'express';
import {
  blockVisitor,
  readConversation,
  setConversationState,
  unblockVisitor,
  updateWidget,
} from '../../commands/conversations.js';
import type { GatewayContext } from '../../context.js';
import { readLag } from '../../figures/stream-lag.js';
import { requesterOf, traceOf } from '../authenticate.js';
import { optionalBody, roomParams } from '../params.js';

const listQuery = pageQuery.extend({ state: conversationState.optional() });

/** The agents' side of support, the widget's settings and the figures. Mounted behind the check of the role. */
export function adminSupportRoutes(deps: GatewayContext): Router {
  const router = Router();
  conversations(router, deps);
  router.get('/admin/purges/:roomId', async (req, res) => {
    res.json(await purgeReport(deps, roomParams(req).roomId, traceOf(req)));
  });
  router.get('/admin/widget', (_req, res) => void res.json({ settings: deps.widget.settings }));
  router.put('/admin/widget', async (req, res) => {
    const settings = parse(widgetSettings, optionalBody(req));
    res.json({ settings: await updateWidget(deps, await requesterOf(req, deps), settings) });
  });
  router.get('/admin/overview', async (req, res) => {
    const [visitors, lag] = await Promise.all([
      deps.users.request<VisitorDays>('/visits/days', { trace: traceOf(req) }),
      readLag(deps),
    ]);
    const { people: peopleOnline, agents: agentsOnline } = deps.figures.people();
    const messages = deps.figures.messages.read(performance.now());
    res.json({ peopleOnline, agentsOnline, messages, visitors, lag } satisfies Overview);
  });
  return router;
}

function conversations(router: Router, deps: GatewayContext): void {
  router.get('/admin/conversations', async (req, res) => {
    const query = parse(listQuery, req.query);
    const page = await deps.rooms.request<ConversationPage<StoredConversation>>('/conversations', { query, trace: traceOf(req) });
    res.json({ ...page, items: await withVisitors(deps, page.items) } satisfies ConversationPage);
  });
  router.get('/admin/conversations/:roomId', async (req, res) => answer(deps, req, res));
  router.put('/admin/conversations/:roomId/state', async (req, res) => {
    const { state } = parse(conversationStateBody, req.body);
    const { room } = await found(deps, req);
    await setConversationState(deps, await requesterOf(req, deps), { room, state });
    await answer(deps, req, res);
  });
  router.put('/admin/conversations/:roomId/block', async (req, res) => {
    const { until } = parse(blockVisitorBody, optionalBody(req));
    const { room, visitorId } = await found(deps, req);
    await blockVisitor(deps, await requesterOf(req, deps), { room, visitorId, until });
    await answer(deps, req, res);
  });
  router.delete('/admin/conversations/:roomId/block', async (req, res) => {
    await unblockVisitor(deps, await requesterOf(req, deps), await found(deps, req));
    await answer(deps, req, res);
  });
}

const found = (deps: GatewayContext, req: Request): Promise<StoredConversation> =>
  readConversation(deps, roomParams(req).roomId, traceOf(req));

async function answer(deps: GatewayContext, req: Request, res: Response): Promise<void> {
  const [conversation] = await withVisitors(deps, [await found(deps, req)]);
  if (!conversation) throw new AppError('unavailable', 'the visitor could not be found');
  res.json({ conversation });
}

async function withVisitors({ profiles }: GatewayContext, stored: StoredConversation[]): Promise<Conversation[]> {
  const people = await profiles.users(stored.map(({ visitorId }) => visitorId));
  return stored.flatMap(({ visitorId, ...conversation }): Conversation[] => {
    const visitor = people.get(visitorId);
    return visitor ? [{ ...conversation, visitor }] : [];
  });
}

async function purgeReport({ messages, rooms }: GatewayContext, roomId: string, trace: string): Promise<PurgeReport> {
  const [ofRooms, ofMessages] = await Promise.all([
    rooms.request<{ purged: boolean }>(`/purges/${roomId}`, { trace }),
    // The messages service learns of a deletion a moment later.
    messages.request<{ purged: boolean }>(`/purges/${roomId}`, { trace }).catch((err: unknown) => {
      if (err instanceof AppError && err.code === 'not_found') return { purged: false };
      throw err;
    }),
  ]);
  return { purged: ofRooms.purged && ofMessages.purged, rooms: ofRooms.purged, messages: ofMessages.purged };
}
