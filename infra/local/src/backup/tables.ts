import type pg from 'pg';
import { OWNERS } from '../owner-schemas.js';

/** A table with its columns, in their order. */
export interface Table {
  schema: string;
  table: string;
  columns: string[];
}

/** Who is alive at the moment, and the history of migrations, which restoring makes anew. */
const LEFT_OUT = ['leases', 'replicas', 'attempts', '_prisma_migrations'];

/** The tables that hold Brook's data; one that others refer to comes before them. */
export async function listTables(sql: pg.Client): Promise<Table[]> {
  const { rows } = await sql.query<Table & { refers: string[] | null }>(
    `SELECT n.nspname AS schema, c.relname AS "table",
            (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
            (SELECT array_agg(f.confrelid::regclass::text) FROM pg_constraint f
              WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS refers
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ANY($1) AND c.relkind = 'r' AND c.relname <> ALL($2) ORDER BY 1, 2`,
    [OWNERS, LEFT_OUT],
  );
  const waiting = rows.map(({ refers, ...table }) => ({ table, refers: refers ?? [] }));
  const sorted: Table[] = [];
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ refers }) => !waiting.some(({ table }) => refers.includes(nameOf(table))));
    if (free < 0) throw new Error('tables refer to each other in a circle');
    sorted.push(...waiting.splice(free, 1).map(({ table }) => table));
  }
  return sorted;
}

/** `schema.table`, as Postgres prints it. */
export const nameOf = ({ schema, table }: Pick<Table, 'schema' | 'table'>): string => `${schema}.${table}`;

/** The same, with its columns, for COPY. */
export const copyTarget = ({ schema, table, columns }: Table): string =>
  `"${schema}"."${table}" (${columns.map((column) => `"${column}"`).join(', ')})`;
