import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, newName, Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
}, 90_000);
afterAll(() => stack?.stop());

const password = 'correct horse';
const cookieOf = (answer: Answer) => answer.headers.getSetCookie()[0] ?? '';
const cookieValue = (answer: Answer) => cookieOf(answer).split(';')[0] ?? '';
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });

describe('POST /users', () => {
  test('answers with the person, a token and a cookie that no script can read', async () => {
    const username = newName();
    const answer = await rest.call('POST', '/users', { body: { username, password, displayName: 'Ada' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        username,
        displayName: 'Ada',
        avatarUrl: null,
        kind: 'member',
        role: 'user',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
      accessToken: expect.any(String),
      expiresIn: 900,
    });
    expect(cookieOf(answer)).toMatch(/^brook_refresh=[^;]+;/);
    expect(cookieOf(answer)).toMatch(/; Path=\/api\/v1\/sessions(;|$)/);
    expect(cookieOf(answer)).toMatch(/; HttpOnly/);
    expect(cookieOf(answer)).toMatch(/; SameSite=Strict/);
    expect(cookieOf(answer)).not.toMatch(/Secure/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('with tokens: body there is a refreshToken and no cookie', async () => {
    const answer = await rest.call('POST', '/users', { body: { username: newName(), password, tokens: 'body' } });
    expect(answer.status).toBe(201);
    expect(answer.body.refreshToken).toEqual(expect.any(String));
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('a name in another case is taken', async () => {
    const { user } = await rest.signUp();
    const answer = await rest.call('POST', '/users', { body: { username: user.username.toUpperCase(), password } });
    expect(answer).toMatchObject(problem(409, 'username_taken'));
  });

  test.each([
    ['no body', undefined],
    ['no username', { password }],
    ['a short name', { username: 'a', password }],
    ['a name with a space', { username: 'a b', password }],
    ['a long name', { username: 'a'.repeat(33), password }],
    ['a short password', { username: 'valid', password: 'seven77' }],
    ['a long password', { username: 'valid', password: 'x'.repeat(129) }],
    ['no string', { username: 7, password }],
    ['tokens of another kind', { username: 'valid', password, tokens: 'header' }],
    ['an empty displayName', { username: 'valid', password, displayName: '  ' }],
    ['an array', []],
    ['null', null],
  ])('%s is refused', async (_what, body) => {
    const answer = await rest.call('POST', '/users', { body });
    expect(answer).toMatchObject(problem(400, 'validation_failed'));
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: expect.any(String), title: expect.any(String), detail: expect.any(String) });
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  });
});

describe('POST /sessions', () => {
  test('signs in again, by the name in any case', async () => {
    const { user } = await rest.signUp();
    const answer = await rest.call('POST', '/sessions', { body: { username: user.username.toUpperCase(), password } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ user, accessToken: expect.any(String), expiresIn: 900 });
  });

  test('a wrong password and an unknown name look the same', async () => {
    const { user } = await rest.signUp();
    const wrong = await rest.call('POST', '/sessions', { body: { username: user.username, password: 'wrong horse' } });
    const unknown = await rest.call('POST', '/sessions', { body: { username: newName(), password } });
    expect(wrong).toMatchObject(problem(401, 'invalid_credentials'));
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
  });

  test('a guest is a person of kind guest', async () => {
    const answer = await rest.call('POST', '/sessions/guest', { body: { displayName: 'Passer-by' } });
    expect(answer.status).toBe(201);
    expect(answer.body.user).toMatchObject({ kind: 'guest', displayName: 'Passer-by', role: 'user' });
    expect((await rest.call('POST', '/sessions/guest')).status).toBe(201);
  });
});

describe('POST /sessions/refresh', () => {
  test('by cookie: rotates, and the reuse of an old token ends the family', async () => {
    const first = await rest.call('POST', '/users', { body: { username: newName(), password } });
    const refresh = (cookie: string) => rest.call('POST', '/sessions/refresh', { headers: { cookie } });
    const second = await refresh(cookieValue(first));
    expect(second).toMatchObject({ status: 200, body: { accessToken: expect.any(String), expiresIn: 900 } });
    expect(Object.keys(second.body).sort()).toEqual(['accessToken', 'expiresIn']);
    expect(cookieValue(second)).not.toBe(cookieValue(first));
    const reused = await refresh(cookieValue(first));
    expect(reused).toMatchObject(problem(401, 'unauthenticated'));
    expect(cookieOf(reused)).toMatch(/^brook_refresh=;.*Max-Age=0/);
    expect(await refresh(cookieValue(second))).toMatchObject(problem(401, 'unauthenticated'));
    expect(await rest.call('GET', '/me', { token: second.body.accessToken })).toMatchObject(problem(401, 'unauthenticated'));
  });

  test('by body: the new token comes in the body, too', async () => {
    const { refreshToken } = await rest.signUp();
    const answer = await rest.call('POST', '/sessions/refresh', { body: { refreshToken } });
    expect(answer).toMatchObject({ status: 200, body: { accessToken: expect.any(String), refreshToken: expect.any(String) } });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ['none', {}],
    ['an unknown one', { body: { refreshToken: 'never-issued' } }],
    ['an empty cookie', { headers: { cookie: 'brook_refresh=' } }],
    ['an empty one', { body: { refreshToken: '' } }],
  ])('%s: 401', async (_what, call) => {
    expect(await rest.call('POST', '/sessions/refresh', call)).toMatchObject(problem(401, 'unauthenticated'));
  });
});

describe('access tokens', () => {
  test('a session ends at once with DELETE /sessions/current', async () => {
    const { token } = await rest.signUp();
    expect((await rest.call('GET', '/me', { token })).status).toBe(200);
    const answer = await rest.call('DELETE', '/sessions/current', { token });
    expect(answer.status).toBe(204);
    expect(cookieOf(answer)).toMatch(/^brook_refresh=;/);
    expect(await rest.call('GET', '/me', { token })).toMatchObject(problem(401, 'unauthenticated'));
  });

  test('what is missing, malformed or forged is 401', async () => {
    const { token } = await rest.signUp();
    const [header, payload] = token.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const hmac = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${payload}.c2ln`;
    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer ',
      `Basic ${token}`,
      'Bearer not.a.token',
      `Bearer ${header}.${payload}.AAAA`,
      `Bearer ${token}x`,
      `Bearer ${none}`,
      `Bearer ${hmac}`,
      `Bearer ${token} ${token}`,
    ]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await rest.call('GET', '/me', { headers });
      expect(answer).toMatchObject(problem(401, 'unauthenticated'));
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });
});

describe('people', () => {
  test('GET /users/{username} needs no token and folds the name', async () => {
    const { user } = await rest.signUp();
    expect(await rest.call('GET', `/users/${user.username.toUpperCase()}`)).toMatchObject({ status: 200, body: { user } });
    expect(await rest.call('GET', `/users/${newName()}`)).toMatchObject(problem(404, 'not_found'));
    expect(await rest.call('GET', '/users/%20')).toMatchObject(problem(404, 'not_found'));
  });

  test('PATCH /me is seen at once, and a repeated key gets the first answer', async () => {
    const { user, token } = await rest.signUp();
    const headers = { 'idempotency-key': 'rename-1' };
    const answer = await rest.call('PATCH', '/me', {
      token,
      headers,
      body: { displayName: ' Countess ', avatarUrl: 'https://a.example/b.png' },
    });
    const renamed = { ...user, displayName: 'Countess', avatarUrl: 'https://a.example/b.png' };
    expect(answer).toMatchObject({ status: 200, body: { user: renamed } });
    expect((await rest.call('GET', '/me', { token })).body).toEqual({ user: renamed });
    expect((await rest.call('GET', `/users/${user.username}`)).body).toEqual({ user: renamed });
    const again = await rest.call('PATCH', '/me', { token, headers, body: { displayName: 'Other' } });
    expect(again.body).toEqual({ user: renamed });
    expect((await rest.call('PATCH', '/me', { token, body: { avatarUrl: null } })).body.user.avatarUrl).toBeNull();
  });

  test.each([
    { displayName: '' },
    { displayName: 'x'.repeat(65) },
    { avatarUrl: 'javascript:alert(1)' },
    { displayName: 'a\u0000b' },
    'text',
    7,
  ])('PATCH /me %j is refused', async (body) => {
    const { token } = await rest.signUp();
    expect(await rest.call('PATCH', '/me', { token, body })).toMatchObject(problem(400, 'validation_failed'));
  });

  test('an Idempotency-Key has 1 to 255 characters', async () => {
    const { token } = await rest.signUp();
    const headers = { 'idempotency-key': 'k'.repeat(256) };
    expect(await rest.call('PATCH', '/me', { token, headers, body: { displayName: 'X' } })).toMatchObject(
      problem(400, 'validation_failed'),
    );
  });
});
