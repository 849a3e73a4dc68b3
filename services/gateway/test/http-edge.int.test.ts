import { request as httpRequest } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import { newName, type Person, Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

const LISTED = 'https://site.example';
const FOREIGN = 'https://evil.example';
let stack: Stack;
let rest: Rest;
let ada: Person;
let web: string;

beforeAll(async () => {
  web = await mkdtemp(join(tmpdir(), 'brook-web-'));
  await mkdir(join(web, 'assets'));
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Brook</title>');
  await writeFile(join(web, 'assets', 'app-1234.js'), 'console.log(1)');
  await writeFile(join(web, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  stack = await startStack({ env: { ALLOWED_ORIGINS: `${LISTED},https://other.example`, WEB_ROOT: web } });
  rest = new Rest(stack.url);
  ada = await rest.signUp();
}, 90_000);
afterAll(async () => {
  await stack?.stop();
  await rm(web, { recursive: true, force: true });
});

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });

describe('bodies', () => {
  test.each(['{"name":', 'name=Room', "{'name':'x'}", '{"name":"x"} trailing'])('%s is no JSON: 400', async (raw) => {
    expect(await rest.call('POST', '/rooms', { token: ada.token, raw })).toMatchObject(problem(400, 'validation_failed'));
  });

  test('bytes that are no UTF-8 are refused, not replaced', async () => {
    const raw = Buffer.from('{"displayName":"Z\u00fc"}', 'latin1');
    expect(await rest.call('PATCH', '/me', { token: ada.token, raw })).toMatchObject(problem(400, 'validation_failed'));
  });

  test('over 256 KiB: 413; just under it is looked at', async () => {
    const big = JSON.stringify({ name: 'x'.repeat(256 * 1024) });
    expect(await rest.call('POST', '/rooms', { token: ada.token, raw: big })).toMatchObject(problem(413, 'payload_too_large'));
    const fits = JSON.stringify({ name: 'x'.repeat(255 * 1024) });
    expect(await rest.call('POST', '/rooms', { token: ada.token, raw: fits })).toMatchObject(problem(400, 'validation_failed'));
  });

  test('another media type or charset is not understood', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=koi8-r']) {
      const headers = { 'content-type': type };
      const answer = await rest.call('POST', '/rooms', { token: ada.token, raw: '{"name":"x"}', headers });
      expect(answer).toMatchObject(problem(400, 'validation_failed'));
    }
  });
});

describe('paths', () => {
  test('unknown ones are 404 problems, signed in or not', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['POST', '/me'],
      ['DELETE', '/rooms'],
      ['GET', '/visitors'],
    ] as const)
      for (const token of [undefined, ada.token])
        expect(await rest.call(method, path, { token })).toMatchObject(problem(404, 'not_found'));
    const response = await fetch(`${stack.url}/api/v2/rooms`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    await response.body?.cancel();
  });

  test('a request id is taken over when it is well-formed, else made', async () => {
    const given = await rest.call('GET', '/me', { headers: { 'x-request-id': 'my-id.1' } });
    expect(given.body.requestId).toBe('my-id.1');
    const odd = await rest.call('GET', '/me', { headers: { 'x-request-id': 'a b' } });
    expect(odd.body.requestId).not.toBe('a b');
  });
});

describe('Origin', () => {
  const headersOf = (origin: string) => ({ origin });

  test('a foreign one is refused wherever credentials are used or made', async () => {
    for (const origin of [FOREIGN, 'null', 'https://site.example.evil.example']) {
      const headers = headersOf(origin);
      const body = { username: newName(), password: 'correct horse' };
      const refused = [
        await rest.call('GET', '/me', { token: ada.token, headers }),
        await rest.call('POST', '/users', { headers, body }),
        await rest.call('POST', '/sessions', { headers, body }),
        await rest.call('POST', '/sessions/guest', { headers }),
        await rest.call('POST', '/sessions/refresh', { headers: { ...headers, cookie: 'brook_refresh=x' } }),
      ];
      for (const answer of refused) {
        expect(answer).toMatchObject(problem(403, 'forbidden'));
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });

  test('public reading without credentials is nobody else business', async () => {
    expect((await rest.call('GET', `/users/${ada.user.username}`, { headers: headersOf(FOREIGN) })).status).toBe(200);
  });

  test('the own host and listed origins pass; listed ones get CORS headers, also on refusals', async () => {
    expect((await rest.call('GET', '/me', { token: ada.token, headers: headersOf(stack.url) })).status).toBe(200);
    const listed = await rest.call('GET', '/me', { token: ada.token, headers: headersOf(LISTED) });
    expect(listed.status).toBe(200);
    const refused = await rest.call('GET', '/me', { headers: headersOf(LISTED) });
    const tooLarge = await rest.call('POST', '/rooms', { headers: headersOf(LISTED), raw: JSON.stringify('x'.repeat(300_000)) });
    for (const answer of [listed, refused, tooLarge]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED);
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      expect(answer.headers.get('vary')).toMatch(/Origin/);
    }
  });

  test('preflights of listed origins are answered, others get no permission', async () => {
    const preflight = (origin: string) =>
      fetch(`${stack.url}/api/v1/rooms`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    const listed = await preflight(LISTED);
    expect(listed.status).toBe(204);
    expect(listed.headers.get('access-control-allow-methods')).toContain('POST');
    expect(listed.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    const foreign = await preflight(FOREIGN);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    await foreign.body?.cancel();
  });
});

describe('web client', () => {
  const get = async (path: string, accept = 'text/html') => {
    const response = await fetch(`${stack.url}${path}`, { headers: { accept } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test('pages are always fresh, hashed assets kept for ever', async () => {
    for (const path of ['/', '/rooms/some-room', '/rooms/a%2fb?x=1']) {
      const page = await get(path);
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(page.text).toContain('<title>Brook</title>');
    }
    const asset = await get('/assets/app-1234.js', '*/*');
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await get('/favicon.svg', '*/*')).headers.get('cache-control')).toBe('no-cache');
  });

  test('what is missing or outside is 404', async () => {
    for (const path of ['/assets/gone.js', '/robots.txt', '/..%2f..%2f..%2fetc%2fhosts.txt', '/%2e%2e/%2e%2e/etc/hosts.txt'])
      expect((await get(path)).status).toBe(404);
    for (const accept of ['application/json', '*/*']) expect((await get('/rooms/some-room', accept)).status).toBe(404);
    expect((await get('/..%2f..%2f..%2fetc%2fpasswd')).text).not.toContain('root:');
  });

  test('every answer carries the strict headers', async () => {
    for (const path of ['/', '/api/v1/me', '/assets/app-1234.js', '/nothing.txt']) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      for (const rule of [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self' ws: wss:",
        "img-src 'self' data: https://avatars.githubusercontent.com",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
      ])
        expect(policy.split(';').map((each) => each.trim())).toContain(rule);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('listening', () => {
  test('on loopback, v4 and v6, unless told otherwise', async () => {
    const { port } = new URL(stack.url);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const v6 = await fetch(`http://[::1]:${port}/healthz`).catch((err: unknown) => err);
    // A machine without IPv6 has nothing to listen on there.
    if (v6 instanceof Response) expect(v6.status).toBe(200);
    else expect(v6).toMatchObject({ cause: { code: expect.stringMatching(/EADDRNOTAVAIL|EAFNOSUPPORT/) } });
  });

  test('half a request and garbage do no harm', async () => {
    const { port, hostname } = new URL(stack.url);
    const socket = connect(Number(port), hostname);
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.on('error', () => socket.destroy());
    socket.write('NOT HTTP\r\n\r\n');
    expect(await answered).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    const aborted = httpRequest(`${stack.url}/api/v1/rooms`, {
      method: 'POST',
      headers: { 'content-length': '100', 'content-type': 'application/json' },
    });
    const gone = new Promise((resolve) => aborted.once('error', resolve));
    aborted.write('{"na');
    aborted.destroy(new Error('gone'));
    await gone;
    expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
  });

  test('the internal port asks for the shared key and shows metrics', async () => {
    const { internalUrl } = stack.processes.gateway;
    expect((await fetch(`${internalUrl}/metrics`)).status).toBe(200);
    expect((await fetch(`${internalUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${internalUrl}/internal/meta`)).status).toBe(401);
    expect((await fetch(`${stack.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${stack.url}/internal/meta`)).status).not.toBe(401);
  });
});

describe('a service that is away', () => {
  test('readiness says so, requests get 503 or 504, and all is well when it is back', async () => {
    const { rooms } = stack.processes;
    expect(await rooms.stop()).toBe(0);
    const response = await fetch(`${stack.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ faults: { rooms: expect.any(String) } });
    expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
    expect(await rest.call('GET', '/rooms', { token: ada.token })).toMatchObject(problem(503, 'unavailable'));
    expect((await rest.call('GET', '/me', { token: ada.token })).status).toBe(200);
    await rooms.start();
    await eventually(async () => (await fetch(`${stack.url}/readyz`)).ok, { timeout: 25_000 });
    expect((await rest.call('GET', '/rooms', { token: ada.token })).status).toBe(200);
  }, 90_000);
});
