import { isAbsolute } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSettings } from './settings.js';

describe('readSettings', () => {
  test('has a default for everything: port 8080 on both loopbacks, data in the project, own servers', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ port: 8080, hosts: ['127.0.0.1', '::1'], logFormat: 'readable' });
    expect(settings).toMatchObject({ databaseUrl: undefined, redisUrl: undefined, redisClusterNodes: undefined });
    expect(isAbsolute(settings.dataDir) && settings.dataDir.endsWith('/.data')).toBe(true);
  });

  test('takes empty values for absent ones', () => {
    expect(readSettings({ PORT: '', HOST: '', DATABASE_URL: '', REDIS_URL: '', BROOK_DATA_DIR: '' })).toEqual(readSettings({}));
  });

  test.each(['0', '65536', '80.5', 'http', '-1'])('refuses the port %s in one sentence', (port) => {
    expect(() => readSettings({ PORT: port })).toThrow(`PORT must be a number from 1 to 65535 and is "${port}".`);
  });

  test('refuses an unknown log format', () => {
    expect(() => readSettings({ LOG_FORMAT: 'xml' })).toThrow('LOG_FORMAT must be "readable" or "json" and is "xml".');
  });
});
