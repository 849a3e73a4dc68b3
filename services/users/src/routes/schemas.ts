import {
  adminSearchQuery,
  auditAction,
  auditedBy,
  displayName,
  LIMITS,
  pageQuery,
  password,
  putRoleBody,
  username,
  uuid,
} from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { z } from 'zod';
import { isCommonPassword } from '../credentials/common-passwords.js';
import type { PageRequest } from '../repositories/page.js';

/** Where a session comes from; cleaned and truncated before it is stored. */
export const device = z.object({ ip: z.string(), userAgent: z.string() });

/** A password that is chosen now. */
const newPassword = password.refine((text) => !isCommonPassword(text), 'is one of the passwords that are tried first');

/** Bodies, paths and queries of the internal routes. */
export const signUpRequest = z.object({ username, password: newPassword, displayName: displayName.optional(), device });
/** Any strings: a wrong shape must not tell more than a wrong password. */
export const logInRequest = z.object({ username: z.string().max(256), password: z.string().max(1024), device });
export const guestRequest = z.object({ displayName: displayName.optional(), device });
export const refreshRequest = z.object({ refreshToken: z.string().min(1).max(512), device });
export const adminRequest = z.object({ username, password: newPassword });
export const idPath = z.object({ id: uuid });
export const ownSessionPath = z.object({ id: uuid, sessionId: uuid });
export const byRequest = z.object({ by: auditedBy });
export const changePasswordRequest = byRequest.extend({ currentPassword: z.string().max(1024), newPassword, sessionId: uuid });
export const upgradeRequest = byRequest.extend({ username, password: newPassword });
const identity = z.object({ provider: z.enum(['github']), subject: z.string().min(1).max(64) });
export const linkRequest = byRequest.extend(identity.shape);
export const identityRequest = identity.extend({
  login: z.string().max(256),
  displayName,
  avatarUrl: z.string().max(2048).nullable(),
  device,
});
/** `visitorId`: who the visitor was until now. */
export const visitorRequest = identityRequest.extend({ visitorId: uuid.nullable() });
export const roleRequest = byRequest.extend(putRoleBody.shape);
export const searchRequest = adminSearchQuery;
export const auditRequest = byRequest.extend({
  action: auditAction,
  target: z.object({ kind: z.enum(['user', 'room', 'session']), id: uuid, name: z.string().nullable() }).nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export const batchRequest = z.object({ ids: z.array(uuid).max(10 * LIMITS.pageMax) });

/** A page as asked for; the cursor is the last id of the page before. @throws AppError `validation_failed` */
export function pageRequest(query: unknown): PageRequest {
  const { cursor, limit } = parse(pageQuery.extend({ cursor: uuid.optional() }), query);
  return { cursor, limit };
}

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
