import type { OnLine, SupervisionEvent } from '@brook/common/embedded';
import { renderLine } from './log-lines.js';
import type { Settings } from './settings.js';

/** Where the launcher and its processes write what happens. */
export interface LaunchLog {
  /** A sentence of the launcher itself, as it is. */
  say(sentence: string): void;
  /** Callbacks that print the lines, deaths and returns of one process under its name. */
  watching(name: string): { onLine: OnLine; onEvent: (event: SupervisionEvent) => void };
}

/** Servers talk a lot about themselves; only what went wrong there is worth a line here. */
const SERVER_TROUBLE: Record<string, RegExp> = {
  // "starting up" is what the launcher's own first questions are answered with.
  postgres: /\b(WARNING|ERROR|FATAL|PANIC|duration):(?!.*starting up)/,
  // The advice about memory overcommit is for machines whose only task is Redis.
  redis: /#(?!.*overcommit).*(error|fail|can't|cannot|bad |corrupt|crash|out of memory)/i,
};

/** A log on standard output: services' JSON lines rendered for people, or passed through with LOG_FORMAT=json. */
export function createLaunchLog(format: Settings['logFormat']): LaunchLog {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const print = (name: string, line: string) => write(format === 'json' && line.startsWith('{') ? line : renderLine(name, line));
  return {
    say: write,
    watching: (name) => ({
      onLine(line) {
        const trouble = SERVER_TROUBLE[name];
        if (!trouble || trouble.test(line)) print(name, line);
      },
      onEvent: (event) => print('launcher', describe(name, event)),
    }),
  };
}

function describe(name: string, event: SupervisionEvent): string {
  if (event.kind === 'back') return `${name} is back (process ${event.pid})`;
  const how = event.signal ? `by ${event.signal}` : `with exit code ${event.code}`;
  return `${name} (process ${event.pid}) ended ${how}; starting it again in ${event.restartInMs / 1000} s`;
}
