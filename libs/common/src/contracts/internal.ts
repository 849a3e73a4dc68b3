import type { Message, Membership, Room, User } from './entities.js';

/*
 * Shapes of the services' internal HTTP answers (never reachable from outside; guarded by the shared internal key).
 *
 * every service   GET  /internal/meta                              -> ServiceMeta
 * rooms, users    GET  /internal/changes?partition=&after=&limit=  -> ChangesPage
 * messages        GET  /internal/rooms/:id/messages?before=&after=&around=&at=&limit=  -> History
 *                 GET  /internal/rooms/:id/snapshot                -> History (and warms the cache)
 *                 GET  /internal/rooms/:id/changes?since=          -> ResumeAnswer (and warms the cache)
 *                 GET  /internal/rooms/:id/catch-up?since=         -> CatchUp (and warms the cache)
 *                 POST /internal/heads {roomIds}                   -> {heads: Record<roomId, MessageHead>}
 *                 POST /internal/search InternalSearch             -> Page<SearchHit>
 *                 POST /internal/mentions InternalMentions         -> Page<Message>
 *                 POST /internal/mentions/unread {marks: ReadMark[]}  -> {unread: number[]}, in the order of the marks
 * rooms           POST /internal/markers {places: {userId, roomId}[]} -> {markers: (number | null)[]}, null for who is no member
 *                 GET  /internal/rooms?query=&cursor=&limit=       -> Page<Room>, public rooms, newest first
 *                 GET  /internal/admin/rooms?query=&cursor=&limit= -> Page<Room>, all rooms, newest first
 *                 GET  /internal/rooms/:id/access?userId=          -> RoomAccess (and warms the cache); 404
 *                 GET  /internal/rooms/:id/members?cursor=&limit=  -> Page<{userId, role, joinedAt}>
 *                 GET  /internal/users/:id/rooms?cursor=&limit=    -> Page<RoomListItem>
 *                 POST /internal/users/room-ids {userIds}          -> {rooms: Record<userId, string[]>}
 *                 GET  /internal/users/:id/conversation            -> {conversation: StoredConversation | null}
 *                 GET  /internal/conversations?state=&cursor=&limit=  -> ConversationPage<StoredConversation>
 *                 GET  /internal/conversations/:id                 -> {conversation: StoredConversation}; 404
 *                 GET  /internal/widget                            -> {settings: WidgetSettings}
 * rooms, messages GET  /internal/purges/:roomId                    -> {purged}; 404 when it was never deleted
 * users           POST /internal/accounts {username, password, displayName?, device}  -> 201 Credentials
 *                 POST /internal/sessions {username, password, device}                 -> 201 Credentials
 *                 POST /internal/sessions/guest {displayName?, device}                 -> 201 Credentials
 *                 POST /internal/sessions/refresh {refreshToken, device}               -> 200 Credentials
 *                 GET  /internal/sessions/:id                      -> {userId, live} (and warms the cache); 404
 *                 DELETE /internal/sessions/:id                    -> 204
 *                 GET  /internal/users/by-name/:name               -> {user}; 404
 *                 POST /internal/users/batch {ids}                 -> {users: User[]}
 *                 POST /internal/admins {username, password}       -> 201 {user}
 *                 GET  /internal/jwks                              -> JSON Web Key Set
 *                 GET  /internal/users/:id/sessions?cursor=&limit= -> Page<SessionItem> (current: false)
 *                 POST /internal/users/:id/sessions/:sessionId/revoke {by}  -> 204; 404 when it is not that person's
 *                 POST /internal/users/:id/password {currentPassword, newPassword, sessionId, by}  -> 204
 *                 POST /internal/users/:id/upgrade {username, password, by}                  -> {user}
 *                 POST /internal/users/:id/identities {provider, subject, by}                -> 204
 *                 POST /internal/sessions/identity {provider, subject, login, ...device}     -> 201 Credentials
 *                 POST /internal/sessions/visitor {provider, ..., visitorId}                 -> 201 Credentials
 *                 GET  /internal/admin/users?query=&cursor=&limit= -> Page<AdminUser>
 *                 POST /internal/admin/users/:id/(block|unblock|role|end-sessions) {by, role?}  -> {user: AdminUser}
 *                 GET  /internal/admin/audit?cursor=&limit=        -> Page<AuditEntry>
 *                 POST /internal/audit {action, by, target?, detail?}  -> 204, once it is stored
 *                 GET  /internal/visits/days                       -> VisitorDays
 *                 GET  /internal/visits, POST /internal/visits {ip, userAgent}  -> Visits
 */
export interface ServiceMeta {
  service: string;
  partitions: number;
  /** UUID of this database's life: rotated when it is restored from a backup. */
  era: string;
}

/** Where a person has read up to in a room. */
export interface ReadMark {
  userId: string;
  roomId: string;
  lastReadSeq: number;
}

/** A person's mentions in these rooms, the newest first. */
export interface InternalMentions {
  userId: string;
  roomIds: string[];
  cursor?: string | undefined;
  limit: number;
}

/**
 * A search whose rights the gateway has settled: in one room, or in all public rooms and those that the person is a member of.
 * Who is banned from a public room is to be left out by the messages service.
 */
export interface InternalSearch {
  q: string;
  scope: { roomId: string } | { userId: string; memberOf: string[] };
  from?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface MessageHead {
  lastSeq: number;
  lastRev: number;
}

/** `resume`: every message changed after `since`, once, latest state, by rev. `snapshot`: the newest 50, by seq. */
export interface ResumeAnswer extends MessageHead {
  mode: 'resume' | 'snapshot';
  messages: Message[];
}

/** The newest 500 messages changed after `from`, once, latest state, by rev; `from` is above `since` where there are more. */
export interface CatchUp extends MessageHead {
  from: number;
  messages: Message[];
}

/** What a person is to a room. `membership` null: not a member. */
export interface RoomAccess {
  room: Room;
  membership: Membership | null;
  banned: boolean;
}

/** What the users service hands the gateway after a credential was accepted. */
export interface Credentials {
  user: User;
  sessionId: string;
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken: string;
}

/** Where a session comes from; `ip` is truncated by the users service before it is stored. */
export interface Device {
  ip: string;
  userAgent: string;
}

/** Claims of an access token beside the registered ones: `sub` is the user id. */
export interface AccessClaims {
  sub: string;
  /** Session id. */
  sid: string;
  exp: number;
}

export const INTERNAL_KEY_HEADER = 'x-brook-internal-key';
export const REQUEST_ID_HEADER = 'x-request-id';
export const TOKEN_ISSUER = 'brook';
export const TOKEN_AUDIENCE = 'brook-api';
