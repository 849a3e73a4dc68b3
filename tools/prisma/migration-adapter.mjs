import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** Parameters of a Prisma URL that the `pg` driver does not know. */
const PRISMA_ONLY = ['schema', 'connection_limit', 'pgbouncer', 'pool_timeout'];
/**
 * Postgres' internal one-byte "char" of the catalogue. The adapter knows no type for it, the engine insists on `Character`
 * (and panics on text as soon as a row comes: from Postgres 18 on, every NOT NULL is a row of pg_constraint).
 */
const CHAR_OID = 18;
/** A type that the adapter lets through; what it makes of it is corrected below. */
const BPCHAR_OID = 1042;

export const databaseName = (url) => decodeURIComponent(new URL(url).pathname.slice(1)) || 'postgres';
const schemaName = (url) => new URL(url).searchParams.get('schema') ?? 'public';
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/** The URL without what only Prisma understands. */
export function driverUrl(url) {
  const cleaned = new URL(url);
  for (const name of PRISMA_ONLY) cleaned.searchParams.delete(name);
  return cleaned.toString();
}

/** Runs `work` with a client of the server's maintenance database. */
export async function onMaintenanceDatabase(url, work) {
  const client = new pg.Client({ connectionString: driverUrl(inDatabase(url, 'postgres')) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const inDatabase = (url, name) => Object.assign(new URL(url), { pathname: `/${name}` }).toString();

/**
 * Prisma's Postgres adapter, fit for migrations: one session, a whole script in one simple query (one implicit
 * transaction, as the binary engine runs it), and a shadow database that is made and dropped around a diff.
 */
export class MigrationAdapterFactory extends PrismaPg {
  constructor(url, shadowUrl) {
    const schema = schemaName(url);
    super({ connectionString: driverUrl(url), max: 1, options: `-c search_path=${quoted(schema)}` }, { schema });
    this.url = url;
    this.shadowUrl = shadowUrl;
  }

  async connect() {
    const adapter = await super.connect();
    const performIO = adapter.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    const charColumns = new WeakMap();
    adapter.performIO = async (query) => {
      const result = await performIO(query);
      const found = (result.fields ?? []).flatMap((field, at) => (field.dataTypeID === CHAR_OID ? [at] : []));
      for (const at of found) result.fields[at].dataTypeID = BPCHAR_OID;
      charColumns.set(query, found);
      return result;
    };
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const at of charColumns.get(query) ?? []) result.columnTypes[at] = ColumnTypeEnum.Character;
      return result;
    };
    adapter.executeScript = async (sql) => {
      try {
        await adapter.underlyingDriver().query(sql);
      } catch (error) {
        adapter.onError(error);
      }
    };
    return adapter;
  }

  connectToShadowDb() {
    return this.shadowUrl ? this.emptiedShadow(this.shadowUrl) : this.temporaryShadow();
  }

  async emptiedShadow(url) {
    const adapter = await new MigrationAdapterFactory(url).connect();
    const schema = quoted(schemaName(url));
    await adapter.executeScript(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
    return adapter;
  }

  async temporaryShadow() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    await onMaintenanceDatabase(this.url, (client) => client.query(`CREATE DATABASE ${quoted(name)}`));
    const adapter = await new MigrationAdapterFactory(inDatabase(this.url, name)).connect();
    await adapter.executeScript(`CREATE SCHEMA IF NOT EXISTS ${quoted(schemaName(this.url))}`);
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await onMaintenanceDatabase(this.url, (client) => client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`));
    };
    return adapter;
  }
}
