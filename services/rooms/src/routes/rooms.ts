import { adminSearchQuery, pageQuery, type RoomAccess, roomsQuery, uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import { WARM_MEMBERS_MAX } from '../cache/projection.js';
import type { RoomCache } from '../cache/room-cache.js';
import { decodeCursor } from '../domain/cursor.js';
import { toMembership, toRoom } from '../domain/room.js';
import type { PageRequest, RoomLists } from '../repositories/room-lists.js';

const roomParams = z.object({ id: uuid });
const accessQuery = z.object({ userId: uuid });

/** A page as asked for. @throws AppError `validation_failed` for a bad cursor */
export const pageOf = ({ cursor, limit }: z.infer<typeof pageQuery>): PageRequest => ({
  cursor: cursor === undefined ? undefined : decodeCursor(cursor),
  limit,
});

/** Rooms, their members, and what somebody is to a room. */
export function roomRoutes(rooms: RoomLists, cache: RoomCache): Router {
  const router = Router();
  router.get('/rooms', async (req, res) => {
    const query = parse(roomsQuery, req.query);
    res.json(await rooms.publicRooms(query.query ?? '', pageOf(query)));
  });
  router.get('/admin/rooms', async (req, res) => {
    const query = parse(adminSearchQuery, req.query);
    res.json(await rooms.allRooms(query.query ?? '', pageOf(query)));
  });
  router.get('/rooms/:id/access', async (req, res) => {
    const { id } = parse(roomParams, req.params);
    const { userId } = parse(accessQuery, req.query);
    const found = await rooms.access(id, userId);
    if (!found) throw noRoom();
    if (found.room.memberCount <= WARM_MEMBERS_MAX) await cache.warm(id);
    const { member, banned } = found.standing;
    const access: RoomAccess = { room: toRoom(found.room), membership: member && toMembership(member), banned };
    res.json(access);
  });
  router.get('/rooms/:id/members', async (req, res) => {
    const { id } = parse(roomParams, req.params);
    const page = await rooms.membersOf(id, pageOf(parse(pageQuery, req.query)));
    if (!page) throw noRoom();
    res.json(page);
  });
  return router;
}

const noRoom = () => new AppError('not_found', 'there is no such room');
