import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import type { ServerAccount } from './server-account.js';

/** How to run a process that must not outlive the one that started it. */
export interface BoundProcess {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  account?: ServerAccount | undefined;
  /** What the process gets when this process is gone, however it went. */
  onParentDeath: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
  /** Keep the child's standard input open as a pipe, so that the child itself can see its parent go. */
  stdinPipe?: boolean;
}

let setpriv: boolean | undefined;

/** Whether util-linux' setpriv with `--pdeathsig` is there: the kernel then delivers the signal on the parent's death. */
export function hasSetpriv(): boolean {
  setpriv ??=
    process.platform === 'linux' && (spawnSync('setpriv', ['--help'], { encoding: 'utf8' }).stdout ?? '').includes('pdeathsig');
  return setpriv;
}

/**
 * The watch for systems without setpriv: the shell runs the command beside a reader of the pipe from the parent. The pipe
 * ends when the parent does, even by -9; then the command gets the signal. INT, TERM and QUIT are passed on.
 */
export const GUARD_SCRIPT = `
signal=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
( while read -r _ <&3; do :; done; kill -s "$signal" "$child" ) >/dev/null 2>&1 &
watch=$!
exec 3<&-
for each in INT TERM QUIT; do trap "kill -s $each $child" "$each"; done
while :; do
  wait "$child"; code=$?
  kill -0 "$child" 2>/dev/null || break
done
kill "$watch" 2>/dev/null
exit "$code"
`;

/**
 * Starts a process in a session of its own (a Ctrl-C at the terminal reaches only the launcher, which then stops its
 * children in order) that gets `onParentDeath` when this process dies. Standard output and error are pipes.
 */
export function spawnBound(what: BoundProcess, guard: 'setpriv' | 'shell' = hasSetpriv() ? 'setpriv' : 'shell'): ChildProcess {
  const options: SpawnOptions = { detached: true, cwd: what.cwd ?? '/', env: what.env ?? process.env };
  if (guard === 'setpriv') {
    const args = [...setprivArgs(what), what.command, ...what.args];
    return spawn('setpriv', args, { ...options, stdio: [what.stdinPipe ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  }
  const ids = what.account ? { uid: what.account.uid, gid: what.account.gid } : {};
  // A command that watches its own input needs no shell beside it.
  if (what.stdinPipe) return spawn(what.command, what.args, { ...options, ...ids, stdio: 'pipe' });
  const args = ['-c', GUARD_SCRIPT, 'guard', what.onParentDeath.slice(3), what.command, ...what.args];
  return spawn('/bin/sh', args, { ...options, ...ids, stdio: 'pipe' });
}

function setprivArgs({ account, onParentDeath }: BoundProcess): string[] {
  const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
  // `no_setuid_fixup` makes the capability count in access(2) too, by which initdb looks for its companions; the other
  // capabilities end with the exec that follows.
  const passing = ['--inh-caps=-all,+dac_read_search', '--ambient-caps=+dac_read_search', '--securebits=+no_setuid_fixup'];
  const search = account?.needsSearch ? passing : [];
  return [...identity, ...search, '--pdeathsig', onParentDeath.slice(3)];
}

/** Runs a short command to its end under the account. Output is text; never throws for a bad exit. */
export function runAs(account: ServerAccount | undefined, command: string, args: string[], env?: NodeJS.ProcessEnv) {
  const options = { cwd: '/', encoding: 'utf8' as const, env: env ?? process.env };
  if (!account) return spawnSync(command, args, options);
  if (!account.needsSearch) return spawnSync(command, args, { ...options, uid: account.uid, gid: account.gid });
  return spawnSync('setpriv', [...setprivArgs({ command, args, account, onParentDeath: 'SIGKILL' }), command, ...args], options);
}
