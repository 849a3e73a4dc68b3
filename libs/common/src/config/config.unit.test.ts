import { expect, test } from '@jest/globals';
import { ConfigError, loadConfig, ownerEnv } from './index.js';

const good = { INTERNAL_KEY: 'a-long-enough-key-1', DATABASE_URL: 'postgresql://u:p@localhost/brook' };

test('defaults fill in what is missing or empty', () => {
  expect(loadConfig(ownerEnv, { ...good, PARTITIONS: '' })).toMatchObject({ PARTITIONS: 2, LOG_LEVEL: 'info' });
});

test('a bad value stops the boot with its name and rule, and never shows the value', () => {
  const secret = 'mysql://root:hunter2@localhost/x';
  const boot = () => loadConfig(ownerEnv, { ...good, DATABASE_URL: secret, PARTITIONS: '0' });
  expect(boot).toThrow(ConfigError);
  expect(boot).toThrow(/DATABASE_URL: must be a postgresql:\/\/ URL; PARTITIONS: /);
  expect(boot).not.toThrow(/hunter2/);
});

test('a missing secret is named', () => {
  expect(() => loadConfig(ownerEnv, { DATABASE_URL: good.DATABASE_URL })).toThrow(/INTERNAL_KEY/);
});
