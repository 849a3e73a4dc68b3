import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'brook-run-';

/**
 * A temporary folder for everything that this run makes; it becomes TMPDIR of every step, so one removal cleans all.
 * Folders of runs that were killed are removed too.
 */
export function makeRunFolder() {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : Number.NaN;
    if (owner > 0 && !isAlive(owner)) remove(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Servers that run under another account pass through it.
  chmodSync(folder, 0o711);
  return { folder, remove: () => remove(folder) };
}

const remove = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
