import { readdirSync, readFileSync } from 'node:fs';

/*
 * What server processes cost, from /proc: CPU time of whole process trees (Postgres starts a process a connection) and
 * their proportional share of memory. Linux only.
 */

/** Clock ticks of /proc a second; fixed in the Linux ABI. */
const TICKS_PER_SECOND = 100;
const MICROS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

/** A process tree under the name by which its costs are reported. */
export interface ProcessTree {
  name: string;
  pid: number;
}

interface Stat {
  parent: number;
  /** User and system time, of the process and of its ended children, in ticks. */
  ticks: number;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It ended meanwhile; its time is then in its parent's.
    return undefined;
  }
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((at) => fields[at]);
  return { parent, ticks: utime + stime + cutime + cstime };
}

/** Every process of a tree, its root first. */
function members(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const parent = Number.isInteger(pid) ? readStat(pid)?.parent : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** CPU time used so far, in microseconds, by name. */
export function cpuMicros(trees: readonly ProcessTree[]): Record<string, number> {
  const used: Record<string, number> = {};
  for (const { name, pid } of trees) {
    const ticks = members(pid).reduce((sum, member) => sum + (readStat(member)?.ticks ?? 0), 0);
    used[name] = (used[name] ?? 0) + ticks * MICROS_PER_TICK;
  }
  return used;
}

/** Memory in KiB by name: the proportional set size, in which a page that several share counts once. */
export function memoryKib(trees: readonly ProcessTree[]): Record<string, number> {
  const used: Record<string, number> = {};
  for (const { name, pid } of trees)
    for (const member of members(pid)) used[name] = (used[name] ?? 0) + (proportionalKib(member) ?? 0);
  return used;
}

function proportionalKib(pid: number): number | undefined {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]);
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

/** What was used between two readings. */
export function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}

export const total = (parts: Record<string, number>): number => Object.values(parts).reduce((sum, value) => sum + value, 0);

/** Children of a process. */
export const childrenOf = (pid: number): number[] => members(pid).filter((member) => readStat(member)?.parent === pid);

/** A process' command line, its arguments separated by blanks; empty when it has ended. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
