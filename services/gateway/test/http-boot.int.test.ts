import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';
import { Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
}, 90_000);
afterAll(() => stack?.stop());

/** A gateway of one's own beside the stack's; ends by itself or by the caller. */
async function gateway(env: Record<string, string>) {
  const { processes, redisUrl, internalKey } = stack;
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      REDIS_URL: redisUrl,
      INTERNAL_KEY: internalKey,
      MESSAGES_URL: processes.messages.internalUrl,
      ROOMS_URL: processes.rooms.internalUrl,
      USERS_URL: processes.users.internalUrl,
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const output = child.stdout ? text(child.stdout) : Promise.resolve('');
  return { child, exit: async () => ({ code: (await exited)[0], output: await output }) };
}

describe('boot', () => {
  test('a bad environment stops it, naming the variable and no value', async () => {
    const { exit } = await gateway({ LIMIT_SOCKETS_PER_IP: 'plenty', INTERNAL_KEY: 'short' });
    const { code, output } = await exit();
    expect(code).toBe(1);
    expect(output).toMatch(/LIMIT_SOCKETS_PER_IP/);
    expect(output).toMatch(/INTERNAL_KEY: must have at least 16 characters/);
    expect(output).not.toMatch(/plenty|short/);
  });

  test('another number of partitions than the services have stops it', async () => {
    const { exit } = await gateway({ PARTITIONS: '3' });
    const { code, output } = await exit();
    expect(code).toBe(1);
    expect(output).toContain('disagree on the number of partitions: messages 2, rooms 2, users 2, PARTITIONS 3');
  });

  test('a port in use stops it with the reason', async () => {
    const { exit } = await gateway({ PORT: new URL(stack.url).port });
    const { code, output } = await exit();
    expect(code).toBe(1);
    expect(output).toContain('EADDRINUSE');
  });

  test('it waits for its services, alive but not ready, and can be stopped meanwhile', async () => {
    const [internalPort, nobody] = [await freePort(), await freePort()];
    const { child, exit } = await gateway({ INTERNAL_PORT: String(internalPort), ROOMS_URL: `http://127.0.0.1:${nobody}` });
    const at = `http://127.0.0.1:${internalPort}`;
    await eventually(async () => (await fetch(`${at}/healthz`)).ok, { timeout: 20_000 });
    expect((await fetch(`${at}/readyz`)).status).toBe(503);
    child.kill('SIGTERM');
    expect((await exit()).code).toBe(0);
  });

  test('two gateways see each other writes at once', async () => {
    const [port, internalPort] = [await freePort(), await freePort()];
    const { child, exit } = await gateway({ PORT: String(port), INTERNAL_PORT: String(internalPort), LIMITS: 'off' });
    const other = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${other}/readyz`)).ok, { timeout: 20_000 });
    const [here, there] = [new Rest(stack.url), new Rest(other)];
    const [ada, bob] = [await here.signUp(), await there.signUp()];
    for (let i = 0; i < 10; i++) {
      const room = await here.createRoom(ada, { visibility: 'private' });
      const path = `/rooms/${room.id}`;
      const member = `${path}/members/${bob.user.id}`;
      expect((await there.call('GET', path, { token: bob.token })).status).toBe(404);
      expect((await here.call('PUT', member, { token: ada.token, body: {} })).status).toBe(200);
      expect((await there.send(bob, room.id, 'hello')).seq).toBe(1);
      expect((await here.call('GET', `${path}/messages`, { token: ada.token })).body.lastSeq).toBe(1);
      expect((await here.call('DELETE', member, { token: ada.token })).status).toBe(204);
      expect((await there.call('GET', `${path}/messages`, { token: bob.token })).status).toBe(404);
    }
    expect((await here.call('DELETE', '/sessions/current', { token: bob.token })).status).toBe(204);
    expect((await there.call('GET', '/me', { token: bob.token })).status).toBe(401);
    child.kill('SIGTERM');
    expect((await exit()).code).toBe(0);
  }, 60_000);
});
