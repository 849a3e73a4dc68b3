/*
 * Everything that must hold, in order: build, static checks, migrations, tests. Nothing stops at the first failure; the
 * last line says how much passed and failed. Imported by `npm test` once the packages are installed.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endRunningCommands, runCommand } from './command.mjs';
import { makeRunFolder } from './run-folder.mjs';
import { driftChecks, staticChecks } from './static-checks.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const STATIC_LIMIT_MS = 180_000;
/** Against a run that hangs. */
const JEST_LIMIT_MS = 1_200_000;
/** Pages wait for what they want to see, and infra for its processes; what freezes and measures systems gets the machine for itself. */
const BROWSER_TESTS = ['/e2e/browser/', '/e2e/widget/'];
const PART_PROJECTS = ['common', 'sdk', 'web', 'gateway', 'messages', 'rooms', 'users'];

const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const say = (line) => process.stdout.write(`${line}\n`);

/** Runs all steps. Returns the exit code. */
export async function runAllChecks() {
  const run = makeRunFolder();
  process.env.TMPDIR = run.folder;
  const servers = { stop: async () => {} };
  const cleanUp = async () => {
    endRunningCommands();
    await servers.stop();
    run.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    await checkSteps();
    await serverSteps(servers, run.folder);
  } finally {
    await cleanUp();
  }
  return summary();
}

async function checkSteps() {
  const build = { name: 'build', command: [process.execPath, join(root, 'tools/build.mjs')], cwd: root, env: process.env };
  await judge([build], STATIC_LIMIT_MS);
  await judge(staticChecks(root), STATIC_LIMIT_MS);
}

/** What needs a Postgres and a Redis: started once here, shared by the migration checks and all tests. */
async function serverSteps(servers, folder) {
  const started = await startServers();
  if (!started) return;
  servers.stop = started.stop;
  say(`      ${started.description}`);
  await judge(driftChecks(root, started.databaseUrl), STATIC_LIMIT_MS);
  const env = {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    BROOK_TEST_DATABASE_URL: started.databaseUrl,
    BROOK_TEST_REDIS_URL: started.redisUrl,
    BROOK_TEST_COUNTS: join(folder, 'counts.json'),
    ...(await browser()),
  };
  await jest('tests of the parts', PART_PROJECTS, [], env);
  await jest('tests of infra and in the browser', ['infra', 'e2e'], ['--testPathPatterns', '/infra/', ...BROWSER_TESTS], env);
  await jest('tests of the whole', ['e2e'], ['--runInBand', '--testPathIgnorePatterns', ...BROWSER_TESTS], env);
}

/** Runs checks two at a time and reports them in their order; each counts as one. */
async function judge(checks, limitMs) {
  const waiting = [...checks.entries()];
  const results = checks.map(withResolvers);
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[0]].resolve(await runCommand(next[1], { limitMs }));
    }
  };
  const workers = [work(), work()];
  for (const [at, { name }] of checks.entries()) {
    const { ok, output, seconds } = await results[at].promise;
    count(name, ok, seconds);
    if (!ok) say(output.trimEnd());
  }
  await Promise.all(workers);
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function jest(name, projects, options, env) {
  say(`\n----- ${name}: ${projects.join(', ')}`);
  rmSync(env.BROOK_TEST_COUNTS, { force: true });
  const command = [
    process.execPath,
    join(root, 'node_modules/jest/bin/jest.js'),
    '--ci',
    // What a file leaves open is judged by the test environment; here the run must come to its end.
    '--forceExit',
    '--passWithNoTests',
    '--selectProjects',
    ...projects,
    ...options,
  ];
  const { ok, output, seconds } = await runCommand({ command, cwd: root, env }, { limitMs: JEST_LIMIT_MS, live: true });
  if (output) say(output);
  const counts = readCounts(env.BROOK_TEST_COUNTS);
  totals.passed += counts.passed;
  totals.skipped += counts.skipped;
  // A run that ends badly without a failed test (it crashed, or was stopped) is a failure all the same.
  totals.failed += counts.failed || (ok ? 0 : 1);
  if (!ok) failures.push(name);
  say(`${ok ? 'ok   ' : 'FAIL '} ${name} (${seconds.toFixed(1)} s)`);
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { passed: 0, failed: 0, skipped: 0 };
    throw error;
  }
}

const testing = () => import(pathToFileURL(join(root, 'libs/common/dist/testing/index.js')).href);

async function startServers() {
  try {
    return await (await testing()).startTestServers();
  } catch (error) {
    count('Postgres and Redis for the tests', false, 0);
    say(error.name === 'StartupError' ? error.message : error.stack);
    return undefined;
  }
}

/** Where the browser for the end-to-end tests is; without one they fail by themselves, with the same sentence. */
async function browser() {
  try {
    return { CHROMIUM: (await testing()).findChromium(say) };
  } catch (error) {
    count('Chromium for the tests', false, 0);
    say(error.message);
    return {};
  }
}

function count(name, ok, seconds) {
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
  say(`${ok ? 'ok   ' : 'FAIL '} ${name} (${seconds.toFixed(1)} s)`);
}

function summary() {
  const { passed, failed, skipped } = totals;
  say('');
  for (const name of failures) say(`failed: ${name}`);
  say(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && failures.length === 0 ? 0 : 1;
}
