import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Circumstances } from './results.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** When and where this run takes place. */
export function circumstances(rounds: number): Circumstances {
  return { date: new Date().toISOString().slice(0, 10), commit: commit(), machine: machine(), rounds };
}

/** The commit that is measured, with a mark when files differ from it. */
function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'libs', 'services', 'infra', 'bench') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown (no repository)';
  }
}

function machine(): string {
  const cores = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  return `${cores.length} x ${cores[0]?.model.trim() ?? 'CPU'}, ${gib} GiB, ${system}, Node ${process.versions.node}`;
}
