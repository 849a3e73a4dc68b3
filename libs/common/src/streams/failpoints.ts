/*
 * Places at which a test may end or pause this process, exactly between two steps that must survive it. Inert unless
 * BROOK_FAILPOINTS is set when the process starts:
 *
 *   BROOK_FAILPOINTS=after-commit:kill:30,after-publish:stop:1
 *
 * kills the process (SIGKILL) at the 30th passage of one place and pauses it (SIGSTOP) at the first of another.
 */
const PLACES = ['before-commit', 'after-commit', 'after-publish'] as const;
export type Failpoint = (typeof PLACES)[number];

const SIGNALS: Record<string, NodeJS.Signals | undefined> = { kill: 'SIGKILL', stop: 'SIGSTOP' };

interface Armed {
  signal: NodeJS.Signals;
  passages: number;
}

const armed = new Map<Failpoint, Armed>();
for (const text of (process.env['BROOK_FAILPOINTS'] ?? '').split(',').filter((part) => part !== '')) {
  const [name = '', action = '', count = '1'] = text.split(':');
  const place = PLACES.find((known) => known === name);
  const signal = SIGNALS[action];
  if (!place || !signal || !/^\d+$/.test(count)) throw new Error(`BROOK_FAILPOINTS: "${text}" is not place:kill|stop:passages`);
  armed.set(place, { signal, passages: Number(count) });
}

/** Passes a place; the process ends or pauses here when a test has armed it. */
export function failpoint(place: Failpoint): void {
  if (armed.size === 0) return;
  const arm = armed.get(place);
  if (arm && --arm.passages === 0) process.kill(process.pid, arm.signal);
}
