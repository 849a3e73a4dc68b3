import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { requireRunVariable, TEST_DATABASE_VARIABLE } from './run-environment.js';

/** An empty database of its own. `drop` removes it, whoever is still connected. */
export interface FreshDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * Makes an empty database on the run's Postgres: once a test file, in `beforeAll`. Encoding and character type are those
 * that the product asks for, also on a foreign server.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const admin = requireRunVariable(TEST_DATABASE_VARIABLE);
  const name = `brook_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await run(admin, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE '${await utf8Locale(admin)}'`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => run(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The server's own character type where it is UTF-8; images without `C.UTF-8` name theirs differently. */
async function utf8Locale(url: string): Promise<string> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<{ datcollate: string }>(
      'SELECT datcollate FROM pg_database WHERE datname = current_database()',
    );
    const own = rows[0]?.datcollate ?? '';
    return /utf-?8$/i.test(own) ? own : 'C.UTF-8';
  } finally {
    await client.end();
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = await connected(url);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}
