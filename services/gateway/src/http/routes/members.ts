import { type MemberItem, type MemberRole, type Page, pageQuery, putMemberBody } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { banPerson, joinRoom, leaveRoom, liftBan, putMember, removeMember } from '../../commands/room-commands.js';
import type { GatewayContext } from '../../context.js';
import { authenticate, requesterOf, sessionOf, traceOf } from '../authenticate.js';
import { optionalBody, personParams, roomParams } from '../params.js';

type StoredItem = { userId: string; role: MemberRole; joinedAt: string };

/** Members of rooms and those who may not become one. */
export function memberRoutes(deps: GatewayContext): Router {
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/rooms/:roomId/members', signedIn, async (req, res) => {
    const query = parse(pageQuery, req.query);
    const { roomId } = roomParams(req);
    const { role } = await deps.profiles.user(sessionOf(req).userId);
    const options = { admin: role === 'admin', from: 'readModel', trace: traceOf(req) } as const;
    await deps.access.check(sessionOf(req).userId, roomId, 'room.read', options);
    const page = await deps.rooms.request<Page<StoredItem>>(`/rooms/${roomId}/members`, { query, trace: traceOf(req) });
    res.json(await withProfiles(deps, page));
  });
  router.put('/rooms/:roomId/members/me', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    res.json({ membership: await joinRoom(deps, await requesterOf(req, deps), roomId) });
  });
  router.delete('/rooms/:roomId/members/me', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    await leaveRoom(deps, await requesterOf(req, deps), roomId);
    res.status(204).end();
  });
  router.put('/rooms/:roomId/members/:userId', signedIn, async (req, res) => {
    const { roomId, userId } = personParams(req);
    const { role } = parse(putMemberBody, optionalBody(req));
    res.json({ membership: await putMember(deps, await requesterOf(req, deps), roomId, { userId, role }) });
  });
  router.delete('/rooms/:roomId/members/:userId', signedIn, async (req, res) => {
    const { roomId, userId } = personParams(req);
    const requester = await requesterOf(req, deps);
    if (userId === requester.actor.id) await leaveRoom(deps, requester, roomId);
    else await removeMember(deps, requester, roomId, userId);
    res.status(204).end();
  });
  router.put('/rooms/:roomId/bans/:userId', signedIn, async (req, res) => {
    const { roomId, userId } = personParams(req);
    await banPerson(deps, await requesterOf(req, deps), roomId, userId);
    res.status(204).end();
  });
  router.delete('/rooms/:roomId/bans/:userId', signedIn, async (req, res) => {
    const { roomId, userId } = personParams(req);
    await liftBan(deps, await requesterOf(req, deps), roomId, userId);
    res.status(204).end();
  });
  return router;
}

async function withProfiles({ profiles }: GatewayContext, page: Page<StoredItem>): Promise<Page<MemberItem>> {
  const people = await profiles.users(page.items.map(({ userId }) => userId));
  const items = page.items.flatMap(({ userId, role, joinedAt }): MemberItem[] => {
    const person = people.get(userId);
    return person ? [{ user: person, role, joinedAt }] : [];
  });
  return { items, nextCursor: page.nextCursor };
}
