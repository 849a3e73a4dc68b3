import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandLine } from '@brook/common/embedded';

/** A process that listens on a port. */
export interface PortHolder {
  pid: number;
  /** Its command line without options, shortened. */
  command: string;
}

const LISTENING = '0A';
const SHOWN_COMMAND = 80;

/** Who listens on a TCP port of this machine, or `undefined` where nobody does or the system does not tell us. */
export function portHolder(port: number): PortHolder | undefined {
  const pid = existsSync('/proc/net/tcp') ? holderFromProc(port) : holderFromLsof(port);
  if (pid === undefined) return undefined;
  const withoutOptions = commandLine(pid).replaceAll(/ --\S+/g, '');
  return { pid, command: withoutOptions.slice(0, SHOWN_COMMAND) };
}

function holderFromProc(port: number): number | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => openInodes(pid).some((inode) => inodes.has(inode)));
}

function listeningInodes(table: string, port: number): string[] {
  if (!existsSync(table)) return [];
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync(table, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[1]?.endsWith(suffix) && row[3] === LISTENING).map((row) => row[9] ?? '');
}

function openInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return []; // Gone meanwhile, or another user's: it cannot be named.
  }
}

function holderFromLsof(port: number): number | undefined {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' });
  const pid = Number((stdout ?? '').split('\n')[0]);
  return pid > 0 ? pid : undefined;
}
