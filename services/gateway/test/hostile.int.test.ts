import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import { forgeries, signed } from './support/forged-tokens.js';
import { dial, speak } from './support/raw-http.js';
import { newName, type Person, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

const password = 'correct horse';
const EVIL = 'https://evil.example';
const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const ownerKey = createPrivateKey({ key: jwk, format: 'jwk' });
const publicJwk = { x: jwk.x ?? '' };
let trapped = 0;
/** Where a careless verifier would fetch a stranger's key. */
const trap = createServer((_req, res) => {
  trapped++;
  res.end('{}');
});
let stack: Stack;
let rest: Rest;
let ada: Person;

beforeAll(async () => {
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  stack = await startStack({ env: { TOKEN_KEYS: JSON.stringify({ keys: [{ ...jwk, kid: 'k1' }] }) } });
  rest = new Rest(stack.url);
  ada = await rest.signUp();
}, 90_000);
afterAll(async () => {
  await stack?.stop();
  await new Promise((resolve) => trap.close(resolve));
});

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const forged = () => forgeries(ada.token, ownerKey, publicJwk, `http://127.0.0.1:${(trap.address() as AddressInfo).port}`);
/** Says hello with a token. @returns the close code */
async function hello(token: string): Promise<number> {
  const client = new SocketClient(stack.url);
  await client.opened();
  client.send({ type: 'hello', token });
  return (await client.closed).code;
}

describe('forged tokens', () => {
  test('the real key signs a token that is taken, so that the refusals below mean something', async () => {
    const claims = JSON.parse(Buffer.from(ada.token.split('.')[1] ?? '', 'base64url').toString()) as object;
    const token = signed({ alg: 'EdDSA', kid: 'k1' }, claims, ownerKey);
    expect((await rest.call('GET', '/me', { token })).status).toBe(200);
  });

  test('none passes on REST', async () => {
    for (const [what, token] of Object.entries(forged())) {
      const { status, body } = await rest.call('GET', '/me', { token });
      expect([what, status, body.code]).toEqual([what, 401, what === 'expired' ? 'token_expired' : 'unauthenticated']);
    }
  });

  test('none passes on a socket, neither with hello nor with auth', async () => {
    const socket = await SocketClient.enter(stack.url, ada.token);
    for (const [what, token] of Object.entries(forged())) {
      expect([what, await hello(token)]).toEqual([what, 4501]);
      expect(await socket.request('auth', { token })).toMatchObject({ type: 'error' });
    }
    await socket.barrier();
    await socket.leave();
  });

  test('nobody asked for a key where a token said', () => {
    expect(trapped).toBe(0);
  });
});

describe('stolen refresh tokens', () => {
  test('of thief and owner at once one wins at most, and the reuse ends the session on REST and socket', async () => {
    const { token, refreshToken } = await rest.signUp();
    const socket = await SocketClient.enter(stack.url, token);
    const refresh = () => rest.call('POST', '/sessions/refresh', { body: { refreshToken } });
    const answers = await Promise.all(Array.from({ length: 10 }, refresh));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await socket.closed).code).toBe(4510);
    expect(await rest.call('GET', '/me', { token })).toMatchObject(problem(401, 'unauthenticated'));
    for (const { body } of answers.filter(({ status }) => status === 200))
      expect((await rest.call('GET', '/me', { token: body.accessToken })).status).toBe(401);
  });
});

describe('other people’s pages', () => {
  const body = { username: 'x', password };

  test('cannot write or read with credentials', async () => {
    const cookie = 'brook_refresh=x';
    for (const origin of [EVIL, 'null', `${stack.url}.evil.example`, `https://${new URL(stack.url).host}@evil.example`])
      for (const [method, path, call] of [
        ['POST', '/sessions', { body }],
        ['POST', '/sessions/refresh', {}],
        ['PUT', '/me/password', { token: ada.token, body: {} }],
        ['POST', '/me/upgrade', { token: ada.token, body }],
        ['DELETE', '/sessions/current', { token: ada.token }],
        ['GET', '/me/sessions', { token: ada.token }],
        ['GET', '/admin/users', { token: ada.token }],
      ] as const) {
        const answer = await rest.call(method, path, { ...call, headers: { origin, cookie } });
        expect(answer).toMatchObject(problem(403, 'forbidden'));
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
  });

  test('cannot send JSON as a form or as text, which needs no preflight', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect(
        (await rest.call('POST', '/sessions', { raw: JSON.stringify(body), headers: { 'content-type': type } })).status,
      ).toBe(400);
  });

  test('cannot open a socket', async () => {
    for (const origin of [EVIL, 'null', `${stack.url}.evil.example`])
      await expect(new SocketClient(stack.url, { origin }).opened()).rejects.toThrow('status 403');
  });
});

/** Of log-ins whose times are compared. */
const PAIRS = 80;

describe('looking for names', () => {
  const logIn = (username: string) => rest.call('POST', '/sessions', { body: { username, password: 'not the password' } });

  test('answers of log-ins tell nothing', async () => {
    const guest = await rest.guest();
    const names = [ada.user.username, newName(), guest.user.username, 'not a name!', '', 'x'.repeat(200), 'a\u0000b'];
    const answers = await Promise.all(names.map(logIn));
    const seen = answers.map(({ status, headers, body }) => [status, [...headers.keys()], { ...body, requestId: '' }]);
    for (const answer of seen) expect(answer).toEqual(seen[0]);
    expect(seen[0]?.[0]).toBe(401);
  });

  test('times of log-ins tell nothing: medians of pairs that ran side by side', async () => {
    const timed = async (name: string) => {
      const begun = performance.now();
      await logIn(name);
      return performance.now() - begun;
    };
    const pairs: [known: number, unknown: number][] = [];
    for (let i = 0; i < PAIRS; i++) {
      // In turns first, so that neither always finds the caches of the other warm.
      if (i % 2) pairs.push([await timed(ada.user.username), await timed(newName())]);
      else {
        const unknown = await timed(newName());
        pairs.push([await timed(ada.user.username), unknown]);
      }
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    const [known, unknown] = [median(pairs.map(([k]) => k)), median(pairs.map(([, u]) => u))];
    const slower = pairs.filter(([k, u]) => k > u).length;
    const gap = median(pairs.map(([k, u]) => k - u));
    process.stdout.write(
      `log-in: known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms, median gap ${gap.toFixed(1)} ms, known slower in ${slower} of ${pairs.length}\n`,
    );
    // Eighty coins fall more unevenly three times in a million.
    expect(slower).toBeGreaterThanOrEqual(PAIRS / 2 - 20);
    expect(slower).toBeLessThanOrEqual(PAIRS / 2 + 20);
  }, 60_000);

  test('names that look like a taken one are taken, in every disguise', async () => {
    await rest.call('POST', '/users', { body: { username: 'scope-admin', password } });
    const disguises = ['SCOPE-ADMIN', 'ｓｃｏｐｅ-ａｄｍｉｎ', 'ѕсоре-admin', 'scope-аdmin', 'scοpe-admin'];
    for (const username of disguises)
      expect(await rest.call('POST', '/users', { body: { username, password } })).toMatchObject(problem(409, 'username_taken'));
    for (const username of [
      'scope\u200b-admin',
      'scope-admin\u202e',
      'scope admin',
      '\u0301scope',
      'scope-admin\u0000',
      'scope\ud800',
    ])
      expect(await rest.call('POST', '/users', { body: { username, password } })).toMatchObject(
        problem(400, 'validation_failed'),
      );
  });

  test('decomposed and composed letters are one name', async () => {
    const name = `zo\u00eb${newName()}`.slice(0, 32);
    expect((await rest.call('POST', '/users', { body: { username: name, password } })).status).toBe(201);
    expect((await rest.call('POST', '/users', { body: { username: name.normalize('NFD'), password } })).status).toBe(409);
    expect((await rest.call('POST', '/sessions', { body: { username: name.normalize('NFD'), password } })).status).toBe(201);
  });
});

describe('bodies and headers made to hurt', () => {
  const post = (raw: string) => rest.call('POST', '/rooms', { token: ada.token, raw });

  test('JSON bombs are refused on REST', async () => {
    const deep = 60_000;
    const bombs = [
      '['.repeat(deep) + ']'.repeat(deep),
      `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`,
      `{"name":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `{"name":1e${'9'.repeat(100_000)}}`,
      `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
      '{"__proto__":{"name":"polluted"},"constructor":{"prototype":{"name":"polluted"}}}',
    ];
    for (const raw of bombs) expect(await post(raw)).toMatchObject(problem(400, 'validation_failed'));
    expect(({} as { name?: string }).name).toBeUndefined();
    expect((await post('{}')).status).toBe(400);
  });

  test('a small body that unpacks to a large one is refused', async () => {
    const response = await fetch(`${stack.url}/api/v1/rooms`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(gzipSync(Buffer.alloc(50_000_000, 0x20))),
    });
    expect(response.status).toBe(413);
    await response.body?.cancel();
  });

  test('JSON bombs on a socket end at most that socket', async () => {
    const witness = await SocketClient.enter(stack.url, ada.token);
    for (const bomb of [
      '['.repeat(30_000) + ']'.repeat(30_000),
      `{"type":"ping","id":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    ]) {
      const client = await SocketClient.enter(stack.url, ada.token);
      client.raw(bomb);
      client.raw('{"type":"ping","id":"after"}');
      await eventually(() => !client.open || client.frames.some(({ id }) => id === 'after'));
      if (client.open) await client.leave();
    }
    await witness.barrier();
    await witness.leave();
  });

  test('floods of headers, smuggled requests and nonsense are refused', async () => {
    const head = `GET /healthz HTTP/1.1\r\nHost: x\r\n`;
    const floods = [
      `${head}X-Big: ${'x'.repeat(100_000)}\r\n\r\n`,
      `${head}${Array.from({ length: 5_000 }, (_, i) => `X-${i}: y\r\n`).join('')}\r\n`,
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nBad\u0000Name: y\r\n\r\n`,
    ];
    for (const bytes of floods) expect((await speak(stack.url, bytes)).slice(0, 12)).toMatch(/^(HTTP\/1\.1 (400|431))?$/);
    expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
  });

  test('who dawdles over headers is cut off, and keeps nobody waiting', async () => {
    const begun = performance.now();
    const slow = await Promise.all(Array.from({ length: 100 }, () => dial(stack.url)));
    const closed = slow.map(
      (socket) =>
        new Promise((resolve) =>
          socket
            .on('error', () => undefined)
            .once('close', resolve)
            .resume(),
        ),
    );
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const drip = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('x')), 500);
    const waited = performance.now();
    expect((await rest.call('GET', '/me', { token: ada.token })).status).toBe(200);
    expect(performance.now() - waited).toBeLessThan(5_000);
    await Promise.all(closed);
    clearInterval(drip);
    expect(performance.now() - begun).toBeLessThan(20_000);
  }, 40_000);
});

test('after all of it every process still runs, and nothing failed unforeseen', async () => {
  for (const { name, internalUrl, log } of Object.values(stack.processes)) {
    expect([name, (await fetch(`${internalUrl}/healthz`)).status]).toEqual([name, 200]);
    expect(log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  }
  expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);
});
