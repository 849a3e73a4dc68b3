import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '@brook/common/config';
import { gatewayEnv, limitsOf } from './config.js';

const needed = {
  INTERNAL_KEY: 'a-secret-of-enough-length',
  MESSAGES_URL: 'http://127.0.0.1:1',
  ROOMS_URL: 'http://127.0.0.1:2',
  USERS_URL: 'http://127.0.0.1:3',
};
const load = (more: Record<string, string> = {}) => loadConfig(gatewayEnv, { ...needed, ...more });

describe('gatewayEnv', () => {
  test('has the documented defaults', () => {
    const env = load();
    expect(env).toMatchObject({ PORT: 8080, ALLOWED_ORIGINS: [], TRUST_PROXY: false });
    expect(env.HOST).toBeUndefined();
    expect(limitsOf(env)).toEqual({
      sendsPerSecond: 50,
      sendsPerRoomPerSecond: 500,
      signupsPerHour: 60,
      guestsPerHour: 120,
      loginsPerMinute: 10,
      requestsPerMinute: 600,
      socketsPerIp: 200,
      socketsPerUser: 20,
    });
  });

  test('LIMITS=off switches every limit off, 0 one', () => {
    expect(new Set(Object.values(limitsOf(load({ LIMITS: 'off' }))))).toEqual(new Set([0]));
    expect(limitsOf(load({ LIMIT_SOCKETS_PER_IP: '0' }))).toMatchObject({ socketsPerIp: 0, socketsPerUser: 20 });
  });

  test('origins are normalised, anything else is refused by name', () => {
    expect(load({ ALLOWED_ORIGINS: 'https://Example.org/, http://localhost:5173' }).ALLOWED_ORIGINS).toEqual([
      'https://example.org',
      'http://localhost:5173',
    ]);
    for (const bad of ['*', 'example.org', 'https://example.org/path', 'null'])
      expect(() => load({ ALLOWED_ORIGINS: bad })).toThrow(/ALLOWED_ORIGINS/);
  });

  test.each([
    ['false', false],
    ['true', 1],
    ['2', 2],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ] as const)('TRUST_PROXY=%s', (text, expected) => {
    expect(load({ TRUST_PROXY: text }).TRUST_PROXY).toEqual(expected);
  });

  test('names every bad variable and prints no value', () => {
    expect(() => loadConfig(gatewayEnv, { ...needed, INTERNAL_KEY: 'short', PORT: 'eighty' })).toThrow(ConfigError);
    expect(() => loadConfig(gatewayEnv, { ...needed, INTERNAL_KEY: 'short', PORT: 'eighty' })).not.toThrow(/eighty|short/);
  });
});
