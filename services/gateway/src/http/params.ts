import { counter, emoji, uuid } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import type { Request } from 'express';
import { z } from 'zod';

const seq = z.string().regex(/^\d+$/, 'must be a number').transform(Number).pipe(counter.min(1));

/** Variable parts of paths. */
const room = z.object({ roomId: uuid });
const person = room.extend({ userId: uuid });
const message = room.extend({ seq });
const reaction = message.extend({ emoji });

/** The path's ids, checked. @throws AppError `validation_failed` for what is no id or number */
export const roomParams = (req: Request) => parse(room, req.params);
export const personParams = (req: Request) => parse(person, req.params);
export const messageParams = (req: Request) => parse(message, req.params);
export const reactionParams = (req: Request) => parse(reaction, req.params);

/** A body whose fields are all optional may be missing altogether; anything else is checked as it came. */
export const optionalBody = (req: Request): unknown => (req.body === undefined ? {} : (req.body as unknown));
