import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldUsername } from '@brook/common/contracts';
import { applyMigrations } from '@brook/common/database';
import { createLogger } from '@brook/common/logging';
import { type FreshDatabase, freshDatabase } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import { lookAlikeKey } from '../src/domain/look-alike.js';
import { createPrisma, type Database, SCHEMA } from '../src/repositories/prisma.js';

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const logger = createLogger({ service: 'test', level: 'silent' });
let database: FreshDatabase;
let prisma: Database;
let before: string;

beforeAll(async () => {
  database = await freshDatabase();
  before = mkdtempSync(join(tmpdir(), 'brook-migrations-'));
  cpSync(join(migrations, '20261122000000_init'), join(before, '20261122000000_init'), { recursive: true });
  await applyMigrations(database.url, SCHEMA, before, logger);
  prisma = createPrisma(database.url, 2);
});
afterAll(async () => {
  await prisma?.$disconnect();
  await database?.drop();
  rmSync(before, { recursive: true, force: true });
});

test('accounts of before get the keys that new ones get; of those that look alike the oldest takes it', async () => {
  const names = ['paypal', 'раураl', 'Мир', 'ΕΛΛΑΔΑ', 'ոց', '김철수', 'plain_1'].map((name) => ({ id: uuidv7(), name }));
  for (const { id, name } of names)
    await prisma.$executeRaw`
      INSERT INTO accounts (id, username, name_key, display_name, kind, created_at)
      VALUES (${id}::uuid, ${name}, ${foldUsername(name)}, ${name}, 'member', now())`;
  await applyMigrations(database.url, SCHEMA, migrations, logger);
  const accounts = await prisma.account.findMany({ orderBy: { id: 'asc' } });
  const expected = names.map(({ id, name }) => (name === 'раураl' ? id : lookAlikeKey(foldUsername(name))));
  expect(accounts.map(({ lookKey }) => lookKey)).toEqual(expected);
});
