import type { RedisClient } from '../redis/index.js';
import { commonScript } from './script.js';

const scrubScript = commonScript('scrub');
/** Entries that one call looks at: about a millisecond of Redis. */
const PAGE = 1_000;

/**
 * Removes what a stream of events or dead letters still holds of deleted rooms. Their numbers stay used: a follower sees
 * holes and asks the feed's owner, which knows of the deletion. Safe to repeat.
 * @returns how many entries went
 * @throws what Redis answers; then a part may be gone
 */
export async function scrubStream(client: RedisClient, stream: string, roomIds: readonly string[]): Promise<number> {
  let total = 0;
  let from: string | null = '-';
  while (from !== null && roomIds.length > 0) {
    const answer = (await scrubScript.run(client, [stream], [from, PAGE, ...roomIds])) as [string | null, number];
    total += answer[1];
    from = answer[0] === null ? null : `(${answer[0]}`;
  }
  return total;
}
