import type { AuditAction, AuditedBy, AuditEntry } from '@brook/common/contracts';
import { truncateIp } from './device.js';

/** What is to be written into the audit log. */
export interface AuditDraft {
  action: AuditAction;
  actor: AuditEntry['actor'];
  target?: AuditEntry['target'];
  detail?: Record<string, unknown>;
  /** As the request came; only its network is kept. */
  ip: string;
}

/** A row of the log, ready to be stored. */
export function toAuditRow({ action, actor, target, detail, ip }: AuditDraft, id: string, at: Date) {
  return {
    id,
    at,
    action,
    actorId: actor?.id ?? null,
    actorName: actor?.username ?? null,
    targetKind: target?.kind ?? null,
    targetId: target?.id ?? null,
    targetName: target?.name ?? null,
    detail: (detail ?? {}) as Record<string, string>,
    ip: truncateIp(ip),
  };
}

/** An account as the target of what is audited. */
export const asTarget = ({ id, username }: { id: string; username: string }): NonNullable<AuditEntry['target']> => ({
  kind: 'user',
  id,
  name: username,
});

/** A draft of what somebody does with the request `by`. */
export const auditBy = ({ id, username, ip }: AuditedBy, action: AuditAction): AuditDraft => ({
  action,
  actor: { id, username },
  ip,
});
