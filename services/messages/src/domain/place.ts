import { uuid } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { z } from 'zod';

/** A message's place in lists over many rooms: the newest first, by time, then room, then seq. */
export interface Place {
  at: Date;
  roomId: string;
  seq: number;
}

const shape = z.tuple([z.number().int().min(0).max(8.64e15), uuid, z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)]);

/** The opaque form that clients hand back. */
export const encodePlace = ({ at, roomId, seq }: Place): string =>
  Buffer.from(JSON.stringify([at.getTime(), roomId, seq])).toString('base64url');

/** @throws AppError `validation_failed` for what is no cursor of ours */
export function decodePlace(text: string): Place {
  const parsed = shape.safeParse(fromJson(text));
  if (!parsed.success) throw new AppError('validation_failed', 'cursor: is not valid', { cause: parsed.error });
  const [at, roomId, seq] = parsed.data;
  return { at: new Date(at), roomId, seq };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (cause) {
    throw new AppError('validation_failed', 'cursor: is not valid', { cause });
  }
}
