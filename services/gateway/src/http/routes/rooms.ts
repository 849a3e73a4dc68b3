import {
  createRoomBody,
  type Page,
  pageQuery,
  readBody,
  type Room,
  type RoomListItem,
  roomsQuery,
  updateRoomBody,
} from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { createRoom } from '../../commands/create-room.js';
import { markRead } from '../../commands/mark-read.js';
import { deleteRoom, updateRoom } from '../../commands/room-commands.js';
import type { GatewayContext } from '../../context.js';
import { withMentions } from '../../read-models/mentions.js';
import { authenticate, requesterOf, sessionOf, traceOf } from '../authenticate.js';
import { roomParams } from '../params.js';

/** Rooms themselves, the lists of them, and one's read marker. */
export function roomRoutes(deps: GatewayContext): Router {
  const { rooms } = deps;
  const signedIn = authenticate(deps);
  const router = Router();
  router.get('/rooms', signedIn, async (req, res) => {
    res.json(await rooms.request<Page<Room>>('/rooms', { query: parse(roomsQuery, req.query), trace: traceOf(req) }));
  });
  router.get('/me/rooms', signedIn, async (req, res) => {
    const path = `/users/${sessionOf(req).userId}/rooms`;
    const trace = traceOf(req);
    const page = await rooms.request<Page<RoomListItem>>(path, { query: parse(pageQuery, req.query), trace });
    res.json(await withMentions(deps, sessionOf(req).userId, page, trace));
  });
  router.post('/rooms', signedIn, async (req, res) => {
    const body = parse(createRoomBody, req.body);
    const room = await createRoom(deps, await requesterOf(req, deps), { ...body, kind: 'group' });
    res.status(201).location(`/api/v1/rooms/${room.id}`).json({ room });
  });
  router.get('/rooms/:roomId', signedIn, async (req, res) => {
    res.json({ room: await readRoom(deps, sessionOf(req).userId, roomParams(req).roomId, traceOf(req)) });
  });
  router.patch('/rooms/:roomId', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    const { name, topic } = parse(updateRoomBody, req.body);
    const data = { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) };
    const room = await updateRoom(deps, await requesterOf(req, deps), roomId, data);
    res.json({ room: await withNewestSeq(deps, room, traceOf(req)) });
  });
  router.delete('/rooms/:roomId', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    await deleteRoom(deps, await requesterOf(req, deps), roomId);
    res.status(204).end();
  });
  router.put('/rooms/:roomId/read', signedIn, async (req, res) => {
    const { roomId } = roomParams(req);
    const { seq } = parse(readBody, req.body);
    res.json(await markRead(deps, await requesterOf(req, deps), { roomId, seq }));
  });
  return router;
}

async function readRoom(deps: GatewayContext, userId: string, roomId: string, trace: string): Promise<Room> {
  const { role } = await deps.profiles.user(userId);
  const options = { admin: role === 'admin', from: 'readModel', trace } as const;
  const { room } = await deps.access.check(userId, roomId, 'room.read', options);
  return withNewestSeq(deps, room, trace);
}

/** The rooms service learns of new messages with a delay; the head does not. */
async function withNewestSeq({ heads }: Pick<GatewayContext, 'heads'>, room: Room, trace: string): Promise<Room> {
  return { ...room, lastSeq: Math.max(room.lastSeq, await heads.lastSeq(room.id, trace)) };
}
