import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, startMark } from './process-facts.js';
import { StartupError } from './startup-error.js';

interface Holder {
  pid: number;
  started: string;
}

/**
 * Takes the data folder for this process, so that two launchers never run servers on the same files. A lock whose
 * process is gone, or whose process id now belongs to another process, is taken over.
 * Returns the release. Throws StartupError, naming the holder, when the folder is in use.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock.json');
  const own: Holder = { pid: process.pid, started: startMark(process.pid) };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    // Two rounds: the second one after a dead holder's file was moved away.
    if (!claim(draft, path)) {
      discardDead(path, folder);
      if (!claim(draft, path)) throw inUse(folder, readHolder(path));
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** Whether a live process holds the folder; its process id, or `undefined`. */
export function folderHolder(folder: string): number | undefined {
  const holder = readHolder(join(folder, 'lock.json'));
  return holder && holds(holder) ? holder.pid : undefined;
}

/** `link` fails when the name exists: an atomic claim with the content already in place. */
function claim(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function discardDead(path: string, folder: string): void {
  const holder = readHolder(path);
  if (holder && holds(holder)) throw inUse(folder, holder);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // Its holder has just let go.
    throw error;
  }
  const moved = readHolder(aside);
  // Another launcher was quicker and its fresh lock was moved: give it back and stay out.
  if (moved && holds(moved)) {
    linkSync(aside, path);
    rmSync(aside);
    throw inUse(folder, moved);
  }
  rmSync(aside);
}

function holds(holder: Holder): boolean {
  return isAlive(holder.pid) && startMark(holder.pid) === holder.started;
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function inUse(folder: string, holder: Holder | undefined): StartupError {
  const who = holder ? ` by process ${holder.pid}` : '';
  return new StartupError(
    `The data folder ${folder} is already in use${who}: stop that Brook first, or set BROOK_DATA_DIR to another folder.`,
  );
}
