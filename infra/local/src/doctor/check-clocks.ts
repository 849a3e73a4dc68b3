import type { ReachedStores } from '../reach-stores.js';
import { bad, type Check, type Finding, ok, warn } from './finding.js';

/** Tokens live for minutes, so seconds are a nuisance; the order of messages does not depend on clocks. */
const WARN_MS = 1_000;
const BAD_MS = 30_000;

/** How far the clocks of Redis and Postgres are from this machine's. */
export const checkClocks: Check<ReachedStores> = async ({ redis, sql }) => [
  await compare('Clock of Redis', async () => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000;
  }),
  await compare('Clock of Postgres', async () => {
    const { rows } = await sql.query<{ ms: number }>('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms');
    return rows[0]?.ms ?? 0;
  }),
];

async function compare(name: string, read: () => Promise<number>): Promise<Finding> {
  const before = Date.now();
  const theirs = await read();
  // The answer was made about in the middle of the question.
  const apart = Math.round(Math.abs(theirs - (before + Date.now()) / 2));
  const text = `${apart} ms from this machine's`;
  if (apart < WARN_MS) return ok(name, text);
  return apart < BAD_MS ? warn(name, `${text}: let NTP set it`) : bad(name, `${text}: let NTP set it, log-ins may fail`);
}
