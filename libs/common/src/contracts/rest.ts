import { z } from 'zod';
import { counter, memberRole, uuid } from './entities.js';
import { LIMITS } from './limits.js';
import { displayName, messageText, roomName, roomTopic, storable, writableTime } from './text.js';
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

/** A piece of a name. */
const namePart = z.string().max(100).refine(storable, 'must not contain NUL or lone surrogates');
export const roomsQuery = pageQuery.extend({ query: namePart.optional() });

/** A date (its midnight, UTC) or a time with its offset, RFC 3339; becomes UTC with milliseconds. */
const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/i, 'must be a date or a time with its offset')
  .transform((text) => new Date(text.toUpperCase()))
  .refine(writableTime, 'must be a date or a time with its offset, in the years 1 to 9999')
  .transform((time) => time.toISOString());

/** At most one of before, after and around (seqs), at (a time) and unread. */
export const historyQuery = z
  .object({
    before: seqParam.optional(),
    after: seqParam.optional(),
    around: seqParam.optional(),
    at: instant.optional(),
    unread: z.literal('true').optional(),
    limit: pageLimit,
  })
  .refine(
    (q) => [q.before, q.after, q.around, q.at, q.unread].filter((v) => v !== undefined).length <= 1,
    'take one of before, after, around, at, unread',
  );
export type HistoryQuery = z.infer<typeof historyQuery>;

/** What is looked for, where (a room, or all that one may read), from whom (a user id), and from when (inclusive) until when. */
export const searchQuery = pageQuery.extend({
  q: z
    .string()
    .max(200)
    .refine(storable, 'must not contain NUL or lone surrogates')
    .transform((q) => q.trim())
    .pipe(z.string().min(1)),
  roomId: uuid.optional(),
  from: uuid.optional(),
  after: instant.optional(),
  before: instant.optional(),
});
export type SearchQuery = z.infer<typeof searchQuery>;

export const mentionsQuery = pageQuery.extend({ roomId: uuid.optional() });

export const signUpBody = z.object({ username, password, displayName: displayName.optional(), tokens });
/** Log-in takes any strings: a wrong shape must not tell more than a wrong password. */
export const logInBody = z.object({ username: z.string().max(256), password: z.string().max(1024), tokens });
export const guestBody = z.object({ displayName: displayName.optional(), tokens });
export const refreshBody = z.object({ refreshToken: z.string().max(512).optional() });
/** What the window in which somebody signed in gave to the widget. */
export const visitorBody = z.object({ proof: z.string().min(1).max(8192) });
/** The present password is any string, as at log-in. */
export const changePasswordBody = z.object({ currentPassword: z.string().max(1024), newPassword: password });
/** A guest becomes a member. */
export const upgradeBody = z.object({ username, password });
export const adminSearchQuery = pageQuery.extend({ query: namePart.optional() });
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
