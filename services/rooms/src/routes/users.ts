import { pageQuery, uuid } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import type { RoomLists } from '../repositories/room-lists.js';
import { pageOf } from './rooms.js';

const userParams = z.object({ id: uuid });
const roomIdsBody = z.object({ userIds: z.array(uuid).max(1_000) });

const markersBody = z.object({ places: z.array(z.object({ userId: uuid, roomId: uuid })).max(1_000) });

/** The rooms of people. */
export function userRoutes(rooms: RoomLists): Router {
  const router = Router();
  router.get('/users/:id/rooms', async (req, res) => {
    const { id } = parse(userParams, req.params);
    res.json(await rooms.roomsOf(id, pageOf(parse(pageQuery, req.query))));
  });
  router.post('/users/room-ids', async (req, res) => {
    const { userIds } = parse(roomIdsBody, req.body);
    res.json({ rooms: await rooms.roomIdsOf(userIds) });
  });
  router.post('/markers', async (req, res) => {
    const { places } = parse(markersBody, req.body);
    res.json({ markers: await rooms.markersOf(places) });
  });
  return router;
}
