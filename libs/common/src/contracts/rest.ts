import { z } from 'zod';
import { counter, memberRole, uuid } from './entities.js';
import { LIMITS } from './limits.js';
import { displayName, messageText, roomName, roomTopic } from './text.js';
import { password, username } from './usernames.js';

/** A number in a query, in plain digits: no sign, no exponent, not empty. */
const digits = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number);
const seqParam = digits.pipe(z.number().max(Number.MAX_SAFE_INTEGER));
const pageLimit = digits.pipe(z.number().min(1).max(LIMITS.pageMax)).default(LIMITS.pageDefault);
const tokens = z.enum(['cookie', 'body']).default('cookie');

/** Query of every list: a page of 1 to 100 and an opaque cursor. */
export const pageQuery = z.object({
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});

export const roomsQuery = pageQuery.extend({ query: z.string().max(100).optional() });

/** At most one of before, after and around; all are seqs. */
export const historyQuery = z
  .object({
    before: seqParam.optional(),
    after: seqParam.optional(),
    around: seqParam.optional(),
    limit: pageLimit,
  })
  .refine((q) => [q.before, q.after, q.around].filter((v) => v !== undefined).length <= 1, 'take one of before, after, around');
export type HistoryQuery = z.infer<typeof historyQuery>;

export const signUpBody = z.object({ username, password, displayName: displayName.optional(), tokens });
/** Log-in takes any strings: a wrong shape must not tell more than a wrong password. */
export const logInBody = z.object({ username: z.string().max(256), password: z.string().max(1024), tokens });
export const guestBody = z.object({ displayName: displayName.optional(), tokens });
export const refreshBody = z.object({ refreshToken: z.string().max(512).optional() });
/** The present password is any string, as at log-in. */
export const changePasswordBody = z.object({ currentPassword: z.string().max(1024), newPassword: password });
/** A guest becomes a member. */
export const upgradeBody = z.object({ username, password });
export const adminSearchQuery = pageQuery.extend({ query: z.string().max(100).optional() });
export const putRoleBody = z.object({ role: z.enum(['user', 'admin']) });
export const updateMeBody = z.object({
  displayName: displayName.optional(),
  avatarUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullable()
    .optional(),
});
export const createRoomBody = z.object({
  name: roomName,
  visibility: z.enum(['public', 'private']).default('public'),
  topic: roomTopic.default(''),
});
export const updateRoomBody = z.object({ name: roomName.optional(), topic: roomTopic.optional() });
export const putMemberBody = z.object({ role: memberRole.optional() });
export const sendMessageBody = z.object({ clientId: uuid, text: messageText, replyTo: counter.min(1).nullish() });
export const editMessageBody = z.object({ text: messageText });
export const readBody = z.object({ seq: counter });

/** `Idempotency-Key`: the client's own id of a write; a retry with it gets the first answer for 24 hours. */
export const idempotencyKey = z.string().min(1).max(255);
