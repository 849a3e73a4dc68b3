import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Random bytes are asked for in blocks: a call for 16 costs nearly as much as one for thousands. */
const BLOCK = 4096;
const NEEDED = 16;
const pool = Buffer.allocUnsafe(BLOCK);
let used = BLOCK;

/** 16 random bytes that nobody else gets, valid until the next call. */
function random(): Uint8Array {
  if (used === BLOCK) {
    randomFillSync(pool);
    used = 0;
  }
  used += NEEDED;
  return pool.subarray(used - NEEDED, used);
}

/** Id of a new message: UUID version 7, in order of time from one millisecond to the next, 74 bits of it random. */
export const newMessageId = (): string => uuidv7({ rng: random });
