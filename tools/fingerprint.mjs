import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'generated', '.data', 'coverage']);

/**
 * A hash over the names and contents of all files below `paths` (relative to `root`; missing ones count as absent) and
 * over `extra`. Equal exactly when nothing changed, whatever the clock or a checkout did to the times.
 */
export function fingerprint(root, paths, extra = []) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([process.version, process.platform, process.arch, ...extra]));
  for (const path of paths) addPath(hash, root, path);
  return hash.digest('hex');
}

function addPath(hash, root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) if (!SKIPPED.has(name)) addPath(hash, root, join(path, name));
  } else {
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  }
}

/** What was last done to completion, by name, kept beside the installed packages so that both go together. */
export function openStamps(root) {
  const folder = join(root, 'node_modules', '.cache', 'brook');
  const file = (name) => join(folder, `${name}.stamp`);
  return {
    matches: (name, value) => existsSync(file(name)) && readFileSync(file(name), 'utf8') === value,
    set(name, value) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file(name), value);
    },
  };
}
