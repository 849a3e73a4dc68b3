import { historyQuery, LIMITS, uuid } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import type { RecentWarmer } from '../cache/recent-warmer.js';
import { toRange } from '../domain/range.js';
import { readChanges, readHeads, readNewestChanges, readRange, type StoredPage } from '../repositories/history.js';
import type { Prisma } from '../repositories/prisma.js';

const changesQuery = z.object({ since: z.coerce.number().int().min(0) });
const headsBody = z.object({ roomIds: z.array(uuid).max(5_000) });

/** Internal reads of rooms' messages. Messages come out of the database as JSON and are passed on as they are. */
export function roomRoutes({ prisma, warmer }: { prisma: Prisma; warmer: RecentWarmer }): Router {
  const router = Router();

  router.get('/rooms/:id/messages', async (req, res) => {
    const page = await readRange(prisma, parse(uuid, req.params.id), toRange(parse(historyQuery, req.query)));
    res.type('json').send(body('items', page));
  });

  router.get('/rooms/:id/snapshot', async (req, res) => {
    res.type('json').send(body('items', await newest(warmer, parse(uuid, req.params.id))));
  });

  router.get('/rooms/:id/changes', async (req, res) => {
    const roomId = parse(uuid, req.params.id);
    const { since } = parse(changesQuery, req.query);
    // One more than a resume may hold tells that it is too far behind. Warmed first: the ack promises a warm cache.
    const snapshot = await newest(warmer, roomId);
    const page = await readChanges(prisma, roomId, since, LIMITS.resumeChanges + 1);
    const resumable = since <= page.lastRev && page.messages.length <= LIMITS.resumeChanges;
    res.type('json').send(resumable ? body('messages', page, 'resume') : body('messages', snapshot, 'snapshot'));
  });

  router.get('/rooms/:id/catch-up', async (req, res) => {
    const roomId = parse(uuid, req.params.id);
    const { since } = parse(changesQuery, req.query);
    await warmer.snapshot(roomId);
    const { messages, ...head } = await readNewestChanges(prisma, roomId, since, LIMITS.resumeChanges + 1);
    // Above the rev of one that is one too many, all are there.
    const extra = messages.length > LIMITS.resumeChanges ? messages.shift() : undefined;
    const from = extra === undefined ? since : (JSON.parse(extra) as { rev: number }).rev;
    res.type('json').send(`{"from":${from},${body('messages', { ...head, messages }).slice(1)}`);
  });

  router.post('/heads', async (req, res) => {
    const { roomIds } = parse(headsBody, req.body);
    res.json({ heads: await readHeads(prisma, roomIds) });
  });

  return router;
}

async function newest(warmer: RecentWarmer, roomId: string): Promise<StoredPage> {
  const { lastSeq, lastRev, messages } = await warmer.snapshot(roomId);
  return { lastSeq, lastRev, messages: messages.map(({ json }) => json).reverse() };
}

function body(name: 'items' | 'messages', page: StoredPage, mode?: 'resume' | 'snapshot'): string {
  const head = mode === undefined ? '' : `"mode":"${mode}",`;
  const anchor = page.anchor === undefined ? '' : `,"anchor":${page.anchor}`;
  return `{${head}"${name}":[${page.messages.join(',')}],"lastSeq":${page.lastSeq},"lastRev":${page.lastRev}${anchor}}`;
}
