import { displayName, LIMITS, password, username, uuid } from '@brook/common/contracts';
import { z } from 'zod';

/** Where a session comes from; cleaned and truncated before it is stored. */
const device = z.object({ ip: z.string(), userAgent: z.string() });

/** Bodies, paths and queries of the internal routes. */
export const signUpRequest = z.object({ username, password, displayName: displayName.optional(), device });
/** Any strings: a wrong shape must not tell more than a wrong password. */
export const logInRequest = z.object({ username: z.string().max(256), password: z.string().max(1024), device });
export const guestRequest = z.object({ displayName: displayName.optional(), device });
export const refreshRequest = z.object({ refreshToken: z.string().min(1).max(512) });
export const adminRequest = z.object({ username, password });
export const idPath = z.object({ id: uuid });
export const batchRequest = z.object({ ids: z.array(uuid).max(10 * LIMITS.pageMax) });

/** Most changes of one page of the feed. */
const CHANGES_MAX = 1_000;

/** Query of the feed; partitions are those of this deployment. */
export const changesQuery = (partitions: number) =>
  z.object({
    partition: z.coerce
      .number()
      .int()
      .min(0)
      .max(partitions - 1),
    after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    limit: z.coerce.number().int().min(1).max(CHANGES_MAX).default(500),
  });
