import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Browser } from './support/browser.js';
import { Provider } from './support/provider.js';
import { expectStatus, newName, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

const admin = { username: 'keeper', password: 'the-keepers-own-password' };
const PASSWORDS = [
  admin.password,
  'first-secret-phrase',
  'second-secret-phrase',
  'mistyped-secret-phrase',
  'guest-secret-phrase',
];
const [, first = '', next = '', mistyped = '', guests = ''] = PASSWORDS;
let provider: Provider;
let stack: Stack;
let rest: Rest;
let redis: Redis;
let monitor: Redis;
/** Every command that any process sent to Redis during the run. */
const sent: string[] = [];
/** What must be found nowhere, with its name. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  provider = await Provider.start();
  stack = await startStack({
    env: {
      LOG_LEVEL: 'trace',
      LIMITS: 'on',
      ADMIN_USERNAME: admin.username,
      ADMIN_PASSWORD: admin.password,
      GITHUB_CLIENT_ID: provider.clientId,
      GITHUB_CLIENT_SECRET: provider.clientSecret,
      GITHUB_BASE_URL: provider.url,
      GITHUB_API_URL: `${provider.url}/api`,
    },
  });
  rest = new Rest(stack.url);
  redis = new Redis(stack.redisUrl);
  monitor = await redis.monitor();
  monitor.on('monitor', (_time: string, args: string[]) => void sent.push(args.join(' ')));
}, 90_000);
afterAll(async () => {
  monitor?.disconnect();
  redis?.disconnect();
  await stack?.stop();
  await provider?.stop();
});

/** Notes what came back from a sign-in. */
function note(name: string, { accessToken, refreshToken }: { accessToken: string; refreshToken?: string }): string {
  // The signature is what makes a token one; header and claims are no secret.
  secrets.set(`${name}: access token`, accessToken.split('.')[2] ?? '');
  if (refreshToken !== undefined) {
    const hash = createHash('sha256').update(refreshToken).digest();
    secrets.set(`${name}: refresh token`, refreshToken);
    for (const form of ['hex', 'base64', 'base64url'] as const) secrets.set(`${name}: its hash, ${form}`, hash.toString(form));
  }
  return accessToken;
}

const enter = async (name: string, path: string, body: object) => {
  const answer = expectStatus(await rest.call('POST', path, { body: { ...body, tokens: 'body' } }), 201);
  note(name, answer);
  return answer as { accessToken: string; refreshToken: string; user: { id: string } };
};

test('no password, token or hash enters a stream, a dead letter, any key, any log or any feed', async () => {
  for (const password of PASSWORDS) secrets.set(`the ${password}`, password);
  const username = newName();
  const one = await enter('sign-up', '/users', { username, password: first });
  const two = await enter('log-in', '/sessions', { username, password: first });
  await rest.call('POST', '/sessions', { body: { username, password: mistyped } });
  const renewed = await rest.call('POST', '/sessions/refresh', { body: { refreshToken: two.refreshToken } });
  note('refresh', expectStatus(renewed, 200));
  await rest.call('POST', '/sessions/refresh', { body: { refreshToken: two.refreshToken } });
  const token = one.accessToken;
  expectStatus(await rest.call('PATCH', '/me', { token, body: { displayName: 'Somebody' } }), 200);
  expectStatus(await rest.call('PUT', '/me/password', { token, body: { currentPassword: first, newPassword: next } }), 204);
  const guest = await enter('guest', '/sessions/guest', {});
  const upgrade = { username: newName(), password: guests };
  expectStatus(await rest.call('POST', '/me/upgrade', { token: guest.accessToken, body: upgrade }), 200);
  const boss = await enter('admin', '/sessions', admin);
  const socket = await SocketClient.enter(stack.url, token);
  const { room } = expectStatus(await rest.call('POST', '/rooms', { token, body: { name: 'A room' } }), 201);
  expect(await socket.request('room.subscribe', { roomId: room.id })).toMatchObject({ type: 'ack' });
  expect(await socket.request('auth', { token })).toMatchObject({ type: 'ack' });
  expectStatus(await rest.call('POST', `/admin/users/${one.user.id}/block`, { token: boss.accessToken }), 200);
  await socket.closed;
  await githubLogin();
  await deadLetter();

  expect(sent.some((text) => text.includes('user.update'))).toBe(true);
  mayNotBeIn('the commands to Redis', sent);
  mayNotBeIn('the keys of Redis', await everything());
  mayNotBeIn('the tables that others read', await tables());
  for (const { name, log } of Object.values(stack.processes)) mayNotBeIn(`the log of ${name}`, log);
}, 60_000);

async function githubLogin(): Promise<void> {
  provider.account = { id: 4_711, login: newName(), emails: [{ email: 'a@example.org', primary: true, verified: true }] };
  const browser = new Browser(stack.url);
  const callback = await browser.follow('/auth/github', ({ pathname }) => pathname === '/auth/github/callback');
  secrets.set('code of GitHub', callback.searchParams.get('code') ?? '').set('secret of GitHub', provider.clientSecret);
  expect((await browser.follow(callback.toString())).search).toBe('?signed-in=github');
  secrets.set('refresh cookie', browser.cookies.get('brook_refresh')?.value ?? '');
}

/** A command that nobody can carry out, so that there is a dead letter to look at. */
async function deadLetter(): Promise<void> {
  await redis.xadd(keys.commands('users', 0), '*', 'type', 'user.update', 'key', 'x', 'actor', '{', 'data', '{');
  await eventually(async () => (await redis.xlen(keys.deadLetters('users', 0))) > 0, { timeout: 20_000 });
}

/** Every value in Redis, whatever its kind. */
async function everything(): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const kind = await redis.type(key);
    if (kind === 'stream') found.push(key, JSON.stringify(await redis.xrange(key, '-', '+')));
    else if (kind === 'hash') found.push(key, JSON.stringify(await redis.hgetall(key)));
    else if (kind === 'list') found.push(key, ...(await redis.lrange(key, 0, -1)));
    else if (kind === 'string') found.push(key, (await redis.get(key)) ?? '');
    else throw new Error(`nobody looked into ${key}, a ${kind}`);
  }
  expect(found.some((text) => text.includes('dlq:users'))).toBe(true);
  return found;
}

/** What leaves the users service by its feed, its answers and its audit log. */
async function tables(): Promise<string[]> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const rows: string[] = [];
    for (const name of ['audit', 'changes', 'command_results', 'accounts', 'identities']) {
      const result = await client.query<{ row: string }>(`SELECT t::text AS row FROM users.${name} t`);
      expect([name, result.rows.length > 0]).toEqual([name, true]);
      rows.push(...result.rows.map(({ row }) => row));
    }
    return rows;
  } finally {
    await client.end();
  }
}

function mayNotBeIn(where: string, texts: readonly string[]): void {
  const all = texts.join('\n');
  expect([where, all.length > 0]).toEqual([where, true]);
  for (const [name, secret] of secrets)
    expect([where, name, secret.length > 7, all.includes(secret)]).toEqual([where, name, true, false]);
  expect([where, /\$argon2/.test(all)]).toEqual([where, false]);
}
