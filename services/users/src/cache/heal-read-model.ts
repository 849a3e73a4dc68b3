import type { UsersContext } from '../context.js';
import { LIVE_MAX_SECONDS } from './session-cache.js';
import { USER_TTL_SECONDS } from './user-cache.js';

const PAGE = 200;
/** Sorts before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Corrects the read model after Redis came back in another life (a fail-over or restart may have forgotten the newest
 * writes): every session revoked and every profile changed within the life of a cache entry is written again. Older
 * entries cannot be there any more; what is merely absent is warmed when it is asked for.
 * @throws while Redis or Postgres cannot be reached
 */
export async function healReadModel(context: UsersContext): Promise<{ sessions: number; users: number }> {
  return { sessions: await healSessions(context), users: await healUsers(context) };
}

const secondsAgo = (now: Date, seconds: number) => new Date(now.getTime() - seconds * 1000);

async function healSessions({ sessions, sessionCache, now }: UsersContext): Promise<number> {
  const since = secondsAgo(now(), LIVE_MAX_SECONDS);
  let healed = 0;
  for (let after = FIRST; ; ) {
    const page = await sessions.revokedSince(since, after, PAGE);
    await Promise.all(page.map((session) => sessionCache.putRevoked(session)));
    healed += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return healed;
    after = last.id;
  }
}

async function healUsers({ changes, accounts, userCache, now }: UsersContext): Promise<number> {
  const since = secondsAgo(now(), USER_TTL_SECONDS);
  let healed = 0;
  for (let after = ''; ; ) {
    const ids = await changes.updatedUserIds(since, after, PAGE);
    const page = await accounts.findMany(ids);
    await Promise.all(page.map((account) => userCache.put(account)));
    healed += page.length;
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return healed;
    after = last;
  }
}
