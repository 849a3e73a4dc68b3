import type { VisitorDays, Visits } from '@brook/common/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';

/** Visitors by UTC day (`2026-01-31`). */
export class VisitRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** The day's salt: `offered` where there is none yet, for every replica the same. */
  async salt(day: string, offered: Uint8Array): Promise<Uint8Array> {
    await this.#prisma.$executeRaw`INSERT INTO visit_salts (day, salt) VALUES (${day}::date, ${offered}) ON CONFLICT DO NOTHING`;
    const rows = await this.#prisma.$queryRaw<{ salt: Uint8Array }[]>`SELECT salt FROM visit_salts WHERE day = ${day}::date`;
    const [row] = rows;
    if (!row) throw new Error('the salt of the day is missing');
    return row.salt;
  }

  /** Counts a visitor of the day once, however often and at once this is called; one statement, so all or nothing. */
  async count(day: string, hash: Uint8Array): Promise<void> {
    await this.#prisma.$executeRaw`
      WITH mark AS (INSERT INTO visit_marks (day, hash) VALUES (${day}::date, ${hash}) ON CONFLICT DO NOTHING RETURNING day)
      INSERT INTO visit_days (day, visitors) SELECT day, 1 FROM mark
      ON CONFLICT (day) DO UPDATE SET visitors = visit_days.visitors + 1`;
  }

  async read(day: string): Promise<Visits> {
    const rows = await this.#prisma.$queryRaw<{ total: bigint; today: bigint }[]>`
      SELECT coalesce(sum(visitors), 0)::bigint AS total,
             coalesce(sum(visitors) FILTER (WHERE day = ${day}::date), 0)::bigint AS today
      FROM visit_days`;
    return { total: Number(rows[0]?.total ?? 0), today: Number(rows[0]?.today ?? 0) };
  }

  /** The numbers with those of `count` days up to `day`, days without a visitor among them, oldest first. */
  async days(day: string, count: number): Promise<VisitorDays> {
    const days = await this.#prisma.$queryRaw<{ day: string; visitors: number }[]>`
      SELECT to_char(d, 'YYYY-MM-DD') AS day, coalesce(v.visitors, 0) AS visitors
      FROM generate_series(${day}::date - (${count}::int - 1), ${day}::date, interval '1 day') d
      LEFT JOIN visit_days v ON v.day = d::date ORDER BY d`;
    return { ...(await this.read(day)), days };
  }

  /** Removes salts and marks of earlier days: from then on nobody can tell who it was. The numbers stay. */
  async forgetBefore(day: string): Promise<void> {
    await this.#prisma.$executeRaw`DELETE FROM visit_salts WHERE day < ${day}::date`;
    await this.#prisma.$executeRaw`DELETE FROM visit_marks WHERE day < ${day}::date`;
  }
}
