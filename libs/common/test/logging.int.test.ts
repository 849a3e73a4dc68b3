import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Logs and ends while the only thread of the pool is busy: what was handed to the pool would not be written any more. */
const LAST_WORDS = `
import { pbkdf2 } from 'node:crypto';
import { createLogger } from './libs/common/dist/logging/index.js';
const logger = createLogger({ service: 'test', level: 'info' });
pbkdf2('busy', 'salt', 2_000_000, 64, 'sha512', () => undefined);
for (let i = 0; i < 5; i++) logger.info('line ' + i);
process.exit(0);
`;

beforeAll(() => {
  const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'libs/common'], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stdout);
}, 60_000);

describe('the log of a process that ends', () => {
  test('has every line, in order', () => {
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', LAST_WORDS], {
      cwd: root,
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([0, 1, 2, 3, 4].map((i) => `line ${i}`));
  });
});
