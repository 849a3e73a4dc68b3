import { StartupError } from '@brook/common/embedded';
import { hasAdmin } from './admins.js';
import { createLaunchLog } from './launch-log.js';
import { Launcher } from './launcher.js';
import type { RuntimeFacts } from './runtime-file.js';
import { watchNpm } from './npm-watch.js';
import { readSettings, type Settings } from './settings.js';

/** `npm start`, second stage: runs until a signal asks for the end. The exit code is 1 when the start was refused. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const launcher = new Launcher(settings, createLaunchLog(settings.logFormat));
  stopWhenAsked(launcher);
  try {
    const facts = await launcher.start();
    await greet(facts, settings);
  } catch (error) {
    await launcher.stop();
    throw error;
  }
}

/** The first signal, or the end of npm, stops in order; with a second one this process goes at once, its children with it. */
function stopWhenAsked(launcher: Launcher): void {
  let asked = false;
  const stop = (cause: string) => {
    if (asked) process.exit(130);
    asked = true;
    process.stdout.write(`Stopping (${cause}) ...\n`);
    void launcher.stop().then(() => {
      process.stdout.write('Brook has stopped.\n');
      process.exit(0);
    }, fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  watchNpm(() => stop('npm is gone'));
  // A reader that went away (a closed pipe or terminal) must not end the launcher in the middle of its work.
  process.stdout.on('error', () => undefined);
}

async function greet(facts: RuntimeFacts, settings: Settings): Promise<void> {
  const admin = (await hasAdmin(facts)) ? 'there is one' : 'there is none yet: npm run brook -- admin create';
  const database =
    settings.databaseUrl === undefined ? settings.dataDir : `the Postgres of DATABASE_URL; keys in ${settings.dataDir}`;
  process.stdout.write(`Brook is ready at ${facts.url}\n  Data:  ${database}\n  Admin: ${admin}\n  Stop:  Ctrl-C\n`);
}

function fail(error: unknown): void {
  const text =
    error instanceof StartupError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

await main().catch(fail);
