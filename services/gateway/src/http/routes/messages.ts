import { editMessageBody, historyQuery, sendMessageBody } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { type Response, Router } from 'express';
import { deleteMessage, editMessage, reactToMessage } from '../../commands/change-message.js';
import { type MessageAnswer, sendMessage } from '../../commands/send-message.js';
import type { GatewayContext } from '../../context.js';
import { readFirstUnread, readHistory } from '../../read-models/history.js';
import { authenticate, requesterOf, sessionOf, traceOf } from '../authenticate.js';
import { messageParams, reactionParams, roomParams } from '../params.js';

/** Messages of a room: history, sending and changing. */
export function messageRoutes(deps: GatewayContext): Router {
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/rooms/:roomId/messages', signedIn, async (req, res) => {
    const query = parse(historyQuery, req.query);
    const { roomId } = roomParams(req);
    const { userId } = sessionOf(req);
    const { role } = await deps.profiles.user(userId);
    await deps.access.check(userId, roomId, 'room.read', { admin: role === 'admin', from: 'readModel', trace: traceOf(req) });
    const history =
      query.unread === undefined
        ? await readHistory(deps, roomId, query, traceOf(req))
        : await readFirstUnread(deps, { userId, roomId, limit: query.limit }, traceOf(req));
    res.type('json').send(history);
  });
  router.post('/rooms/:roomId/messages', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    const { clientId, text, replyTo } = parse(sendMessageBody, req.body);
    const requester = await requesterOf(req, deps);
    const answer = await sendMessage(deps, requester, { roomId, clientId, text, replyTo: replyTo ?? null });
    sendAnswer(res, answer.duplicate ? 200 : 201, answer);
  });
  router.patch('/rooms/:roomId/messages/:seq', signedIn, async (req, res) => {
    const target = messageParams(req);
    const { text } = parse(editMessageBody, req.body);
    sendAnswer(res, 200, await editMessage(deps, await requesterOf(req, deps), { ...target, text }));
  });
  router.delete('/rooms/:roomId/messages/:seq', signedIn, async (req, res) => {
    const target = messageParams(req);
    await deleteMessage(deps, await requesterOf(req, deps), target);
    res.status(204).end();
  });
  for (const [method, on] of [
    ['put', true],
    ['delete', false],
  ] as const) {
    router[method]('/rooms/:roomId/messages/:seq/reactions/:emoji', signedIn, async (req, res) => {
      const target = reactionParams(req);
      await reactToMessage(deps, await requesterOf(req, deps), { ...target, on });
      res.status(204).end();
    });
  }
  return router;
}

/** The event carries the message as JSON: it is passed on as it is. */
const sendAnswer = (res: Response, status: number, { messageJson }: MessageAnswer): void =>
  void res.status(status).type('json').send(`{"message":${messageJson}}`);
