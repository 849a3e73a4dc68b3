/*
 * The process tree of `npm start` without npm: a process called npm, a shell, the launcher.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.title = 'npm start';
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
spawn('sh', ['-c', `"${process.execPath}" "${main}"; exit $?`], {
  stdio: 'inherit',
  env: { ...process.env, npm_lifecycle_event: 'start' },
});
