import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Runs one command to its end and returns `{ok, output, seconds}`; over `limitMs` it is ended and counts as failed, as it does
 * when its output lacks the text `expects`.
 * With `live`, its output is shown while it comes and not kept. There is no terminal and no standard input.
 */
export async function runCommand({ command, cwd, env, expects }, { limitMs, live = false }) {
  const began = performance.now();
  const output = [];
  // A group of its own, so that what it started ends with it.
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
  });
  running.add(child);
  const timer = setTimeout(() => {
    output.push(`\nStopped: it did not finish within ${limitMs / 1000} s.`);
    killGroup(child);
  }, limitMs);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output.push(error.message);
      resolve(1);
    });
    child.once('close', resolve);
  });
  clearTimeout(timer);
  running.delete(child);
  const text = output.join('');
  return { ok: code === 0 && text.includes(expects ?? ''), output: text, seconds: (performance.now() - began) / 1000 };
}

/** Ends everything that still runs: for an interrupted run. */
export function endRunningCommands() {
  for (const child of running) killGroup(child);
}

function killGroup(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // It ended in this moment.
  }
}
