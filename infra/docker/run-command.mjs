import { spawn } from 'node:child_process';

const LAST_LINES = 40;

/** Runs a program to its end; resolves with its exit code, its standard output, and both outputs as they came. */
export function runCommand(program, args, { cwd, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const output = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk) && output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    const text = (chunks) => Buffer.concat(chunks).toString('utf8');
    child.once('error', (error) => resolve({ code: 1, stdout: '', output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: text(stdout), output: text(output) }));
  });
}

/** As runCommand, but resolves with the standard output and rejects with the last lines of all output on failure. */
export async function mustRun(program, args, options) {
  const { code, stdout, output } = await runCommand(program, args, options);
  if (code === 0) return stdout;
  const last = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${last}`);
}
