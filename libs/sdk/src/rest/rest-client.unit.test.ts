import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RestClient } from './rest-client.js';

/** One prepared answer: status, and body or how to end without one. */
type Answer = [number, unknown] | 'cut';

let server: Server;
let answers: Answer[];
let requests: IncomingMessage[];
let rest: RestClient;
let refreshes: number;

const problem = (status: number, code: string, more: object = {}): Answer => [status, { status, code, detail: code, ...more }];

beforeEach(async () => {
  answers = [];
  requests = [];
  refreshes = 0;
  server = createServer((request, response) => {
    requests.push(request);
    const answer = answers.shift() ?? [200, {}];
    if (answer === 'cut') return void request.socket.destroy();
    response.writeHead(answer[0], { 'content-type': 'application/json' });
    response.end(typeof answer[1] === 'string' ? answer[1] : JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  rest = new RestClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs: 10_000, tokens: 'body' });
  rest.authorizeWith({ token: () => Promise.resolve(`token-${refreshes}`), refresh: () => Promise.resolve(++refreshes) });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const post = () => rest.call({ method: 'POST', path: '/rooms', body: {} });
const header = (name: string) => requests.map((request) => request.headers[name]);

describe('RestClient', () => {
  it('makes of a problem an error with its code and details', async () => {
    answers = [problem(400, 'validation_failed', { requestId: 'r1', issues: [{ path: 'name', message: 'too long' }] })];
    await expect(post()).rejects.toMatchObject({
      code: 'validation_failed',
      status: 400,
      requestId: 'r1',
      issues: [{ path: 'name' }],
    });
  });

  it('gives answers of others than Brook a code by their status', async () => {
    answers = Array.from({ length: 3 }, (): Answer => [502, '<h1>Bad gateway</h1>']);
    await expect(post()).rejects.toMatchObject({ code: 'unavailable' });
    answers = [[418, 'a teapot']];
    await expect(post()).rejects.toMatchObject({ code: 'internal', status: 418 });
  });

  it('renews the token once after a 401', async () => {
    answers = [problem(401, 'token_expired'), [200, { ok: true }]];
    expect(await post()).toEqual({ ok: true });
    expect(header('authorization')).toEqual(['Bearer token-0', 'Bearer token-1']);
    answers = [problem(401, 'unauthenticated'), problem(401, 'unauthenticated')];
    await expect(post()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(refreshes).toBe(2);
  });

  it('repeats a write under one key while the server is out of reach or overloaded', async () => {
    answers = ['cut', problem(503, 'overloaded'), [201, { room: 1 }]];
    expect(await post()).toEqual({ room: 1 });
    const keys = header('idempotency-key');
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('does not repeat what the server refused, nor what needs no session', async () => {
    answers = [problem(429, 'rate_limited', { retryAfterMs: 500 })];
    await expect(post()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 500 });
    answers = ['cut'];
    await expect(rest.anonymous({ method: 'POST', path: '/sessions', body: {} })).rejects.toMatchObject({ code: 'disconnected' });
    expect(requests).toHaveLength(2);
  });

  it('asks nobody without a session', async () => {
    const bare = new RestClient({ url: 'http://127.0.0.1:9', timeoutMs: 10_000, tokens: 'body' });
    await expect(bare.call({ method: 'GET', path: '/me' })).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
