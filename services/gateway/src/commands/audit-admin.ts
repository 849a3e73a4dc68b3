import type { AuditAction, AuditEntry } from '@brook/common/contracts';
import type { GatewayContext } from '../context.js';
import type { Requester } from './request.js';

/** What application admins do in rooms by the right of their role. */
const ADMIN_ACTS = new Set<string>([
  'room.update',
  'room.delete',
  'member.put',
  'member.remove',
  'ban.put',
  'ban.delete',
  'message.delete',
] satisfies AuditAction[]);

/** What is written: the kind of act, the room, and who or what it is about. */
export interface AdminAct {
  action: string;
  roomId: string;
  detail: Record<string, unknown>;
}

/**
 * Writes an admin's act in a room into the audit log, before it is done: what could not be recorded does not happen. For
 * everybody else, and for acts that need no special right, it does nothing.
 * @throws AppError `unavailable` or `timeout` when the line could not be stored
 */
export async function auditAdmin(
  { users }: Pick<GatewayContext, 'users'>,
  { actor, ip = '', trace }: Requester,
  { action, roomId, detail }: AdminAct,
): Promise<void> {
  if (actor.role !== 'admin' || !ADMIN_ACTS.has(action)) return;
  const by = { id: actor.id, username: actor.username, ip };
  const target: AuditEntry['target'] = { kind: 'room', id: roomId, name: null };
  await users.request('/audit', { method: 'POST', body: { by, action, target, detail }, trace });
}
