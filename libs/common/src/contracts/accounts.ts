import { z } from 'zod';
import { type User, uuid } from './entities.js';

/** One of a person's own sign-ins. `ip` is the network (/24, /48) of the address it began at; null when unknown. */
export interface SessionItem {
  id: string;
  userAgent: string;
  ip: string | null;
  createdAt: string;
  /** When its refresh token was last traded. */
  lastUsedAt: string;
  expiresAt: string;
  /** Whether it is the session that asks. */
  current: boolean;
}

/** An account as application admins see it. */
export interface AdminUser extends User {
  /** Set while the account is blocked. */
  blockedAt: string | null;
}

/** Everything that is written into the audit log, by name. */
export const AUDIT_ACTIONS = [
  'account.blocked',
  'account.created',
  'account.unblocked',
  'account.upgraded',
  'admin.created',
  'identity.linked',
  'password.changed',
  'refresh_token.reused',
  'role.changed',
  'session.opened',
  'session.refused',
  'session.revoked',
  'sessions.revoked',
  // What an application admin does in rooms, by the right of the role.
  'message.delete',
  'room.update',
  'room.delete',
  'member.put',
  'member.remove',
  'ban.put',
  'ban.delete',
  // What an agent does to a conversation or to its visitor.
  'conversation.closed',
  'conversation.reopened',
  'visitor.blocked',
  'visitor.unblocked',
  'widget.updated',
] as const;
export const auditAction = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditAction>;

/** One line of the audit log: who did what to whom, when and from where. */
export interface AuditEntry {
  id: string;
  at: string;
  action: AuditAction;
  /** Null where the system acted, or nobody who was signed in. Names are those of that time. */
  actor: { id: string; username: string } | null;
  target: { kind: 'user' | 'room' | 'session'; id: string; name: string | null } | null;
  /** What else is to know; never a password, a token or a hash. */
  detail: Record<string, unknown>;
  /** Network (/24, /48) of the address the request came from. */
  ip: string | null;
}

/** Who asks for something that is audited; the gateway fills it in from the verified session. */
export const auditedBy = z.object({ id: uuid, username: z.string(), ip: z.string() });
export type AuditedBy = z.infer<typeof auditedBy>;

/** Visitors counted so far, and on this UTC day. */
export interface Visits {
  total: number;
  today: number;
}
