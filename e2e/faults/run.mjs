#!/usr/bin/env node
// `npm run test:faults -- --minutes 30 --seed 7`: the whole fault suite, its random rounds for so many minutes.
// Without --minutes every scenario runs at its full length and size; with it, only the random rounds, unless --all is given.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, all: { type: 'boolean', default: false } },
});
for (const name of ['minutes', 'seed']) {
  if (values[name] === undefined || Number(values[name]) > 0) continue;
  process.stderr.write(`--${name} must be a number above 0 and is "${values[name]}".\n`);
  process.exit(2);
}
const { build, BuildError } = await import('../../tools/build.mjs');
try {
  build((title) => process.stdout.write(`Building: ${title}\n`));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write(`${error.message}:\n${error.output}\n`);
  process.exit(1);
}
const files = values.minutes !== undefined && !values.all ? 'e2e/faults/random' : 'e2e/faults/';
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`Seed ${seed}\n`);
const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', 'e2e', '--runInBand', '--testPathPatterns', files];
const { status } = spawnSync(process.execPath, jest, {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    BROOK_FAULTS_SEED: seed,
    BROOK_FAULTS_FULL: '1',
    ...(values.minutes === undefined ? {} : { BROOK_FAULTS_MINUTES: values.minutes }),
  },
});
process.exit(status ?? 1);
