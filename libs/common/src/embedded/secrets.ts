import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from './startup-error.js';

/** Passwords and keys that were made once for one data folder. */
export interface SecretStore {
  /** The secret of this name, made with `make` and kept at the first call. */
  once(name: string, make: () => string): string;
  has(name: string): boolean;
}

/**
 * The secrets of a data folder, in `secrets.json`, readable by their owner only. The file is replaced whole, so a crash
 * leaves the old or the new one. Throws StartupError when the file is damaged.
 */
export function openSecrets(folder: string): SecretStore {
  const path = join(folder, 'secrets.json');
  const secrets = read(path);
  return {
    has: (name) => Object.hasOwn(secrets, name),
    once(name, make) {
      const known = secrets[name];
      if (known !== undefined) return known;
      const made = make();
      secrets[name] = made;
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(draft, path);
      return made;
    },
  };
}

/** A password of 192 random bits that needs no quoting in a URL, a command line or a configuration file. */
export const randomPassword = (): string => randomBytes(24).toString('base64url');

function read(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    throw new StartupError(`The file ${path} cannot be read (${(error as Error).message}): restore it from a backup.`);
  }
}
