import { execFile } from 'node:child_process';
import { chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@brook/common/testing';
import pg from 'pg';
import type { System } from './cluster.js';

const run = promisify(execFile);
const RESTORE_LIMIT_MS = 30_000;
const brook = fileURLToPath(new URL('../../infra/local/brook.mjs', import.meta.url));

/** Makes a base backup while Postgres runs, by its own procedure. @returns the backup's folder */
export async function backUp(system: System): Promise<string> {
  const data = join(system.folder, 'postgres');
  const backup = join(system.folder, 'postgres-backup');
  rmSync(backup, { recursive: true, force: true });
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('fault suite', true)`);
    // Owners are kept: Postgres may run under an account of its own.
    await run('cp', ['-a', data, backup]);
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    rmSync(join(backup, 'pg_wal'), { recursive: true });
    await run('cp', ['-a', join(data, 'pg_wal'), backup]);
    const label = join(backup, 'backup_label');
    writeFileSync(label, rows[0]?.labelfile ?? '');
    const { uid, gid } = statSync(backup);
    chownSync(label, uid, gid);
    rmSync(join(backup, 'postmaster.pid'));
  } finally {
    await client.end();
  }
  return backup;
}

/** Puts a backup in the place of the data; resolves when Postgres answers on it. What was committed since is lost. */
export async function restore(system: System, backup: string): Promise<void> {
  const data = join(system.folder, 'postgres');
  const before = system.postgresPid;
  // The server goes on in the renamed folder until it is ended; its keeper starts the next one on the backup.
  renameSync(data, `${data}-lost`);
  renameSync(backup, data);
  process.kill(before, 'SIGQUIT');
  await eventually(() => system.postgresPid !== before && system.query('SELECT 1').then(() => true), {
    timeout: RESTORE_LIMIT_MS,
  }).catch((cause: unknown) => {
    throw new Error(`Postgres does not run on the backup.\n${system.describe()}`, { cause });
  });
}

/** Runs the operator's `npm run brook -- era rotate`. @returns the new era */
export async function rotateEra(system: System): Promise<string> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    BROOK_DATA_DIR: join(system.folder, 'none'),
    DATABASE_URL: system.databaseUrl,
    REDIS_URL: system.redis.url,
  };
  const { stdout } = await run(process.execPath, [brook, 'era', 'rotate', '--json'], { env });
  return (JSON.parse(stdout) as { era: string }).era;
}
