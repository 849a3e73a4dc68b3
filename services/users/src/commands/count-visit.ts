import { createHmac, randomBytes } from 'node:crypto';
import type { Device, Visits } from '@brook/common/contracts';
import type { UsersContext } from '../context.js';
import { utcDay } from '../domain/utc-day.js';

const SALT_BYTES = 32;

/**
 * Counts a visitor once per UTC day and answers with the numbers. Only a hash under the day's own random salt is kept,
 * and both only until the day is over: no address is stored, and no visitor is known again the next day.
 */
export async function countVisit(
  { visits, now }: Pick<UsersContext, 'visits' | 'now'>,
  { ip, userAgent }: Device,
): Promise<Visits> {
  const day = utcDay(now());
  const salt = await visits.salt(day, randomBytes(SALT_BYTES));
  const hash = createHmac('sha256', salt).update(`${ip}\n${userAgent}`).digest();
  await visits.count(day, hash);
  return visits.read(day);
}
