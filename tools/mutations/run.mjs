#!/usr/bin/env node
/*
 * `npm run test:mutations [-- <part of a name>]`: plants each fault of mutations.mjs and fault-mutations.mjs in a copy of this
 * checkout and demands that its test fails there, and that it passes without it. Exit code 0 when every fault was noticed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endRunningCommands, runCommand } from '../checks/command.mjs';
import { makeRunFolder } from '../checks/run-folder.mjs';
import { copyCheckout } from './copy.mjs';
import { FAULT_MUTATIONS } from './fault-mutations.mjs';
import { MUTATIONS } from './mutations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const LIMIT_MS = 120_000;
const BUILD_LIMIT_MS = 300_000;
const say = (line) => process.stdout.write(`${line}\n`);

/** Runs the one test. `ran`: whether jest found exactly it; a test that was renamed must not count as failed. */
async function runTest(checkout, env, { project, testFile, test, limitMs = LIMIT_MS }) {
  const jest = join(checkout, 'node_modules/jest/bin/jest.js');
  const report = join(checkout, 'mutation-report.json');
  const name = `${test.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`;
  const options = ['--ci', '--forceExit', '--json', `--outputFile=${report}`, '--selectProjects', project, '-t', name];
  const command = [process.execPath, jest, ...options, '--runTestsByPath', join(checkout, testFile)];
  const { output } = await runCommand({ command, cwd: checkout, env }, { limitMs });
  const { numPassedTests, numFailedTests } = readReport(report);
  return { ran: numPassedTests + numFailedTests === 1, passed: numPassedTests === 1, output };
}

/** Without a report jest could not even load the file, or did not come to an end. */
function readReport(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, '{}');
    return { numPassedTests: report.numPassedTests ?? 0, numFailedTests: report.numFailedTests ?? 0 };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

const changesOf = ({ changes, file, find, replace }) => changes ?? [{ file, find, replace }];

/** Applies a mutation's changes. @returns how to take them back. @throws when one of its places does not stand exactly once */
function plant(checkout, mutation) {
  const before = new Map();
  const undo = () => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
  for (const { file, find, replace } of changesOf(mutation)) {
    const path = join(checkout, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) {
      undo();
      throw new Error(`"${mutation.name}": its place does not stand exactly once in ${file}`);
    }
    if (!before.has(path)) before.set(path, text);
    writeFileSync(
      path,
      text.replace(find, () => replace),
    );
  }
  return undo;
}

/** Builds the services of the copy, so that a fault is only noticed by the test and not by the compiler. @returns whether it built */
async function build(checkout, env) {
  const services = ['messages', 'rooms', 'users', 'gateway'].map((name) => join(checkout, 'services', name));
  const command = [process.execPath, join(checkout, 'node_modules/typescript/bin/tsc'), '-b', ...services];
  const { ok, output } = await runCommand(
    { command, cwd: checkout, env: { ...env, NODE_OPTIONS: '' } },
    { limitMs: BUILD_LIMIT_MS },
  );
  if (!ok) say(output);
  return ok;
}

async function judge(checkout, env, mutation, unharmed) {
  const key = `${mutation.testFile} ${mutation.test}`;
  // A test that several faults share is run once without any. Whole systems run what was built: without the last fault.
  if (!unharmed.has(key)) {
    if (mutation.project === 'e2e') await build(checkout, env);
    unharmed.set(key, await runTest(checkout, env, mutation));
  }
  const whole = unharmed.get(key);
  if (!whole.ran || !whole.passed) return { verdict: 'the test does not pass without the fault', output: whole.output };
  const undo = plant(checkout, mutation);
  try {
    const compiled = changesOf(mutation).some(({ file }) => file.endsWith('.ts'));
    if ((compiled || mutation.project === 'e2e') && !(await build(checkout, env)))
      return { verdict: 'the mutated program does not compile' };
    const broken = await runTest(checkout, env, mutation);
    if (!broken.ran) return { verdict: 'the test did not run to its end', output: broken.output };
    return broken.passed ? { verdict: 'NOT NOTICED: the test passes' } : { verdict: undefined };
  } finally {
    undo();
  }
}

async function judgeAll(checkout, env, chosen) {
  let failed = 0;
  const unharmed = new Map();
  // Whatever no longer fits the sources is told before the first test.
  for (const mutation of chosen) plant(checkout, mutation)();
  for (const mutation of chosen) {
    const began = performance.now();
    const { verdict, output } = await judge(checkout, env, mutation, unharmed);
    if (verdict !== undefined) failed += 1;
    if (output) say(output.trimEnd());
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    say(
      `${verdict === undefined ? 'ok   ' : 'FAIL '} without ${mutation.name}: ${verdict ?? `"${mutation.test}" fails`} (${seconds} s)`,
    );
  }
  say(`${chosen.length - failed} of ${chosen.length} mutations are noticed`);
  return failed === 0 ? 0 : 1;
}

async function main() {
  const wanted = process.argv[2] ?? '';
  const chosen = [...MUTATIONS, ...FAULT_MUTATIONS].filter(({ name }) => name.includes(wanted));
  if (chosen.length === 0) throw new Error(`no mutation is called "${wanted}"`);
  const run = makeRunFolder();
  process.env.TMPDIR = run.folder;
  let servers;
  const cleanUp = async () => {
    endRunningCommands();
    await servers?.stop();
    run.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  try {
    const checkout = join(run.folder, 'checkout');
    mkdirSync(checkout);
    copyCheckout(root, checkout);
    const { startTestServers } = await import(pathToFileURL(join(root, 'libs/common/dist/testing/index.js')).href);
    servers = await startTestServers();
    const env = {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      BROOK_TEST_DATABASE_URL: servers.databaseUrl,
      BROOK_TEST_REDIS_URL: servers.redisUrl,
    };
    return await judgeAll(checkout, env, chosen);
  } finally {
    await cleanUp();
  }
}

process.exit(await main());
