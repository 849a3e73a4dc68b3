import type { AuditAction, AuditEntry } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type AuditDraft, toAuditRow } from '../domain/audit.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { PageRequest } from './page.js';
import type { Db } from './prisma.js';

/** A row as it is stored, under a new id. */
export const auditRow = (draft: AuditDraft, at: Date) => toAuditRow(draft, uuidv7({ msecs: at.getTime() }), at);

/** Writes a line into the log, in the transaction of what it is about. */
export async function recordAudit(tx: Db, draft: AuditDraft, at: Date): Promise<void> {
  await tx.auditEntry.create({ data: auditRow(draft, at) });
}

/** The audit log. It can only be added to: the database refuses everything else. */
export class AuditRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Writes one line by itself. */
  record(draft: AuditDraft, at: Date): Promise<void> {
    return recordAudit(this.#prisma, draft, at);
  }

  /** Writes lines in one statement. */
  async recordAll(lines: readonly { draft: AuditDraft; at: Date }[]): Promise<void> {
    await this.#prisma.auditEntry.createMany({ data: lines.map(({ draft, at }) => auditRow(draft, at)) });
  }

  /** Lines, newest first. */
  async list({ cursor, limit }: PageRequest): Promise<AuditEntry[]> {
    const before = cursor === undefined ? {} : { id: { lt: cursor } };
    const rows = await this.#prisma.auditEntry.findMany({ where: before, orderBy: { id: 'desc' }, take: limit });
    return rows.map(({ id, at, action, actorId, actorName, targetKind, targetId, targetName, detail, ip }) => ({
      id,
      at: at.toISOString(),
      action: action as AuditAction,
      actor: actorId === null ? null : { id: actorId, username: actorName ?? '' },
      target:
        targetId === null
          ? null
          : { kind: targetKind as NonNullable<AuditEntry['target']>['kind'], id: targetId, name: targetName },
      detail: detail as Record<string, unknown>,
      ip,
    }));
  }
}
