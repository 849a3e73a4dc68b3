import { readFileSync } from 'node:fs';

/*
 * Places at which a test may end or pause this process, exactly between two steps that must survive it. Inert unless
 * BROOK_FAILPOINTS names a file when the process starts. At SIGUSR2 the file is read: one line,
 *
 *   after-commit:kill:30     SIGKILL at the 30th passage from now
 *   before-commit:stop:1     SIGSTOP at the next one
 */
const PLACES = ['before-commit', 'after-commit', 'after-publish'] as const;
export type Failpoint = (typeof PLACES)[number];

const SIGNALS: Record<string, NodeJS.Signals | undefined> = { kill: 'SIGKILL', stop: 'SIGSTOP' };

let armed: { place: Failpoint; signal: NodeJS.Signals; passages: number } | undefined;

const file = process.env['BROOK_FAILPOINTS'];
if (file) process.on('SIGUSR2', () => arm(readFileSync(file, 'utf8').trim()));

function arm(text: string): void {
  const [name, action = '', count = '1'] = text.split(':');
  const place = PLACES.find((known) => known === name);
  const signal = SIGNALS[action];
  if (!place || !signal) throw new Error(`BROOK_FAILPOINTS: "${text}" is not place:kill|stop:passages`);
  armed = { place, signal, passages: Number(count) };
}

/** Passes a place; the process ends or pauses here when a test has armed it. */
export function failpoint(place: Failpoint): void {
  if (!armed || armed.place !== place || --armed.passages > 0) return;
  const { signal } = armed;
  armed = undefined;
  process.kill(process.pid, signal);
}
