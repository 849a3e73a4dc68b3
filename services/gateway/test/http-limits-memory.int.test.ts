import { afterAll, expect, test } from '@jest/globals';
import { loadConfig } from '@brook/common/config';
import { freePort } from '@brook/common/embedded';
import { Redis } from 'ioredis';
import { gatewayEnv, limitsOf } from '../src/config.js';
import { RequestLimits } from '../src/limits/request-limits.js';

const clients: Redis[] = [];
afterAll(() => clients.forEach((client) => client.disconnect()));

test('while Redis is away the limits hold in this process, and answer at once', async () => {
  const redis = new Redis({ port: await freePort(), lazyConnect: true });
  clients.push(redis);
  const env = loadConfig(gatewayEnv, {
    INTERNAL_KEY: 'a-secret-of-enough-length',
    MESSAGES_URL: 'http://127.0.0.1:1',
    ROOMS_URL: 'http://127.0.0.1:2',
    USERS_URL: 'http://127.0.0.1:3',
    LIMIT_GUESTS_PER_HOUR: '2',
    LIMIT_LOGINS_PER_MINUTE: '1',
    LIMIT_SIGNUPS_PER_HOUR: '0',
  });
  const limits = new RequestLimits(redis, limitsOf(env));
  const began = performance.now();
  await limits.guest('192.0.2.1');
  await limits.guest('192.0.2.1');
  await expect(limits.guest('192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
  await limits.guest('192.0.2.2');
  await limits.logIn('Ada', '192.0.2.1');
  await expect(limits.logIn('ADA', '192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 });
  await expect(limits.logIn('ada', '192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 120_000 });
  for (let i = 0; i < 200; i++) await limits.signUp('192.0.2.1');
  expect(performance.now() - began).toBeLessThan(2_000);
});
