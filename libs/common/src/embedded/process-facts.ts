import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const hasProc = existsSync('/proc/self/stat');

/** Whether a process with this id exists (a process of another user counts). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, arguments separated by blanks; `''` when it is gone or hidden. */
export function commandLine(pid: number): string {
  return hasProc ? readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ').trim() : ps(pid, 'command');
}

/**
 * A mark that differs between two processes that had the same id one after the other: boot id and start time.
 * `''` when the process is gone.
 */
export function startMark(pid: number): string {
  if (!hasProc) return ps(pid, 'lstart');
  const started = statFields(pid)[19];
  return started === undefined ? '' : `${readOr('/proc/sys/kernel/random/boot_id', '').trim()}/${started}`;
}

/** The process that started this one, `undefined` when it is gone. */
export function parentOf(pid: number): number | undefined {
  const parent = Number(hasProc ? statFields(pid)[1] : ps(pid, 'ppid'));
  return parent > 0 ? parent : undefined;
}

/** The fields of /proc/<pid>/stat behind the name, which stands in parentheses and may hold blanks; none when it is gone. */
function statFields(pid: number): string[] {
  const stat = readOr(`/proc/${pid}/stat`, '');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ps(pid: number, column: string): string {
  const found = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : '';
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise; // The process ended between two looks: the same as never having been there.
  }
}
