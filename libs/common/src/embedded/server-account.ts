import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { hasSetpriv } from './bound-process.js';
import { StartupError } from './startup-error.js';

/** The operating system's account that servers run under when the launcher is root. */
export interface ServerAccount {
  name: string;
  uid: number;
  gid: number;
  /** The account lacks the way through a closed parent folder and gets the one capability that opens it, for reading. */
  needsSearch: boolean;
}

const isRoot = () => process.getuid?.() === 0;

/**
 * The unprivileged account for servers that work in `folder`, or `undefined` when this process is not root and they
 * simply run as oneself. Existing data keeps its owner. `reach` lists further paths that the account must get to.
 * Throws StartupError when a parent folder bars the way.
 */
export function serverAccount(folder: string, reach: string[]): ServerAccount | undefined {
  if (!isRoot()) return undefined;
  const found = ownerOf(folder) ?? passwdEntry(['postgres', 'redis', 'nobody']);
  if (!found)
    throw new StartupError('Running as root needs an unprivileged account (postgres or nobody) in /etc/passwd for the servers.');
  const closed = [folder, ...reach].map((path) => closedParent(path, found)).find((path) => path !== undefined);
  if (closed !== undefined && !maySearchEverywhere()) {
    throw new StartupError(
      `The folder ${closed} is closed to the unprivileged account "${found.name}" that the servers run under: ` +
        `run "chmod o+x ${closed}", move the project elsewhere, or start it as an ordinary user.`,
    );
  }
  return { ...found, needsSearch: closed !== undefined };
}

/** Makes a folder (and its parents) that only the account may read. */
export function privateFolder(path: string, account: ServerAccount | undefined): void {
  mkdirSync(path, { recursive: true });
  giveTo(path, account);
  chmodSync(path, 0o700);
}

/** Hands one file or folder to the account. */
export function giveTo(path: string, account: ServerAccount | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}

/**
 * Makes the data folder itself: closed to other accounts, but for root it stays passable, because the servers below it
 * run under another account. Throws StartupError when it cannot be written.
 */
export function openDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    chmodSync(path, isRoot() ? 0o711 : 0o700);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new StartupError(
      `The data folder ${path} cannot be written (${code}): make it yours, or set BROOK_DATA_DIR to another folder.`,
    );
  }
}

function ownerOf(folder: string): Omit<ServerAccount, 'needsSearch'> | undefined {
  if (!existsSync(folder)) return undefined;
  const { uid, gid } = statSync(folder);
  return uid === 0 ? undefined : { name: passwdName(uid) ?? String(uid), uid, gid };
}

function passwd(): { name: string; uid: number; gid: number }[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }));
}

const passwdEntry = (names: string[]) => names.map((name) => passwd().find((entry) => entry.name === name)).find(Boolean);
const passwdName = (uid: number) => passwd().find((entry) => entry.uid === uid)?.name;

/** The outermost existing parent of `path` that the account may not pass, judged by its mode bits. */
function closedParent(path: string, account: { uid: number; gid: number }): string | undefined {
  const parents: string[] = [];
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    parents.unshift(at);
    if (at === dirname(at)) break;
  }
  return parents.filter((parent) => existsSync(parent)).find((parent) => !passable(parent, account));
}

function passable(folder: string, { uid, gid }: { uid: number; gid: number }): boolean {
  const stat = statSync(folder);
  const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001;
  return (stat.mode & bit) !== 0;
}

/** CAP_DAC_READ_SEARCH opens the way, CAP_SETPCAP is needed to hand it on. */
const NEEDED_CAPABILITIES = (1n << 2n) | (1n << 8n);

/** Whether root here may hand a child the capability to pass closed folders (containers often may not). */
function maySearchEverywhere(): boolean {
  if (!hasSetpriv() || !existsSync('/proc/self/status')) return false;
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & NEEDED_CAPABILITIES) === NEEDED_CAPABILITIES;
}
