#!/usr/bin/env node
/*
 * How long the room list of somebody with 500 rooms takes, through the whole system: launcher, gateway, rooms service,
 * Postgres. Run after a build: `npm run bench -- room-list`. Exit code 1 when the 95th percentile of a page is not below the limit.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnBrook } from '@brook/infra/local';

const ROOMS = 500;
const WARM_UP = 50;
const REQUESTS = 500;
const LIMIT_MS = 50;
const AT_ONCE = 25;

const folder = mkdtempSync(join(tmpdir(), 'brook-bench-'));
// The embedded servers run as another account when this one is root.
chmodSync(folder, 0o711);
const brook = await spawnBrook({
  dataDir: join(folder, 'data'),
  port: await freePort(),
  env: { LIMITS: 'off', LOG_LEVEL: 'warn' },
});
try {
  const me = await fill();
  const first = await measure('first page of 50', () => call(me, 'GET', '/me/rooms'));
  const longest = await measure('page of 100', () => call(me, 'GET', '/me/rooms?limit=100'));
  await measure('all 500, 5 pages in turn', () => wholeList(me), REQUESTS / 5);
  const well = first < LIMIT_MS && longest < LIMIT_MS;
  process.stdout.write(`p95 of a page < ${LIMIT_MS} ms: ${well ? 'yes' : 'no'}\n`);
  process.exitCode = well ? 0 : 1;
} finally {
  await brook.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Makes the rooms, each with another member and a message that nobody has read. @returns the token of their member */
async function fill() {
  const [owner, me] = [await signUp('owner'), await signUp('member')];
  for (let made = 0; made < ROOMS; made += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, async (_, i) => {
      const { room } = await call(owner, 'POST', '/rooms', { name: `Room ${made + i}` });
      await call(me, 'PUT', `/rooms/${room.id}/members/me`);
      await call(owner, 'POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'A message of usual length.' });
    });
    await Promise.all(batch);
  }
  for (;;) {
    const items = await wholeList(me);
    if (items.length === ROOMS && items.every(({ unread, lastMessage }) => unread === 1 && lastMessage !== null)) return me;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function signUp(username) {
  return (await call(undefined, 'POST', '/users', { username, password: 'correct horse', tokens: 'body' })).accessToken;
}

async function wholeList(token) {
  const items = [];
  let cursor = '';
  do {
    const page = await call(token, 'GET', `/me/rooms?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}

async function call(token, method, path, body) {
  const response = await fetch(`${brook.url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Runs one request after another and prints how long they took. @returns the 95th percentile in milliseconds */
async function measure(name, request, count = REQUESTS) {
  for (let i = 0; i < WARM_UP; i++) await request();
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await request();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)].map((ms) => `${ms.toFixed(1)} ms`);
  process.stdout.write(`${name}: p50 ${p50}, p95 ${p95}, p99 ${p99} (${times.length} requests)\n`);
  return at(0.95);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
