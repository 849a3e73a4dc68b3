/*
 * A launcher in small, for tests that kill it: node guarded-parent.mjs <setpriv|shell> <command> [args...]
 * It prints the child's process id and waits.
 */
import { spawnBound } from '../../dist/embedded/index.js';

const [guard, command, ...args] = process.argv.slice(2);
const child = spawnBound({ command, args, onParentDeath: 'SIGTERM' }, guard);
child.stdout.pipe(process.stdout);
process.stdout.write(`${child.pid}\n`);
process.on('SIGUSR2', () => child.kill('SIGTERM'));
