import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const BYTES = 16;
/** Random bytes for so many ids are drawn at once: each draw of its own costs more than the rest of an id. */
const pool = Buffer.allocUnsafeSlow(128 * BYTES);
let used = pool.length;

/** A UUIDv7. */
export function newConnectionId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return uuidv7({ random: pool.subarray(used - BYTES, used) });
}
