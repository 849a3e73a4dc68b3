import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runAs } from './bound-process.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { commandLine, isAlive } from './process-facts.js';
import { giveTo, privateFolder, type ServerAccount } from './server-account.js';
import { StartupError } from './startup-error.js';

/** The role that owns everything in the embedded database. */
export const POSTGRES_USER = 'brook';

const LEFTOVER_STOP_MS = 30_000;

/** Throws StartupError when `folder` holds the data of another major version of Postgres. Changes nothing. */
export function checkClusterVersion(folder: string, { major }: PostgresBinaries): void {
  const marker = join(folder, 'PG_VERSION');
  if (!existsSync(marker)) return;
  const found = readFileSync(marker, 'utf8').trim();
  if (found === major) return;
  throw new StartupError(
    `${folder} holds data of Postgres ${found} and this Brook brings Postgres ${major}: start the Brook version that made it, ` +
      'or dump it there and restore it here (nothing was changed).',
  );
}

/** Whether a database was made in this folder. */
export const clusterExists = (folder: string): boolean => existsSync(join(folder, 'PG_VERSION'));

/**
 * Makes the database files in `folder`, whole or not at all: they are prepared beside it and moved into place.
 * UTF-8 with a UTF-8 character type, because trigrams and lower() see only ASCII under the plain C locale.
 */
export function initCluster(
  folder: string,
  binaries: PostgresBinaries,
  password: string,
  account: ServerAccount | undefined,
  throwaway: boolean,
): void {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  privateFolder(draft, account);
  const passwordFile = join(draft, '..', 'postgres.password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(passwordFile, account);
  try {
    const args = [
      '-D',
      draft,
      '-U',
      POSTGRES_USER,
      `--pwfile=${passwordFile}`,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
    ];
    const made = runAs(account, join(binaries.bin, 'initdb'), throwaway ? [...args, '--no-sync'] : args);
    if (made.status !== 0)
      throw new StartupError(`Postgres could not make its data folder ${folder}: ${made.error?.message ?? made.stderr.trim()}`);
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Clears the way after a launcher that went without stopping its Postgres: a server that still runs on this folder is
 * asked to stop, a lock file that nobody holds is removed. Call it only while holding the data folder's lock.
 */
export async function clearLeftoverPostgres(folder: string): Promise<void> {
  const lock = join(folder, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (isAlive(pid) && commandLine(pid).includes(folder)) {
    process.kill(pid, 'SIGINT');
    const deadline = performance.now() + LEFTOVER_STOP_MS;
    while (isAlive(pid)) {
      if (performance.now() > deadline)
        throw new StartupError(`An earlier Postgres (process ${pid}) on ${folder} does not stop: end it by hand.`);
      await delay(50);
    }
  }
  // Postgres refuses to start while the file names any live process of its account, whatever that process is.
  rmSync(lock, { force: true });
  // Sockets carry the port in their names, which is another one each time.
  for (const name of readdirSync(folder)) if (name.startsWith('.s.PGSQL.')) rmSync(join(folder, name), { force: true });
}
