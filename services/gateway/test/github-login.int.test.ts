import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type Account, Provider } from './support/provider.js';
import { expectStatus, newName, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { type Stack, startStack } from './support/stack.js';

let provider: Provider;
let stack: Stack;
let second: SecondGateway;
let rest: Rest;

beforeAll(async () => {
  provider = await Provider.start();
  const env = {
    GITHUB_CLIENT_ID: provider.clientId,
    GITHUB_CLIENT_SECRET: provider.clientSecret,
    GITHUB_BASE_URL: provider.url,
    GITHUB_API_URL: `${provider.url}/api`,
  };
  stack = await startStack({ env });
  second = await startSecondGateway(stack, env);
  rest = new Rest(stack.url);
}, 90_000);
afterAll(async () => {
  await second?.stop();
  await stack?.stop();
  await provider?.stop();
});

let ids = 1_000;
const verified = [{ email: 'someone@example.org', primary: true, verified: true }];
const account = (more: Partial<Account> = {}): Account => ({ id: ++ids, login: newName(), emails: verified, ...more });
const isCallback = ({ pathname }: URL) => pathname === '/auth/github/callback';

/** Goes through the whole login in a browser. @returns where it ended */
async function logIn(who: Account, browser = new Browser(stack.url)): Promise<{ end: URL; browser: Browser }> {
  provider.account = who;
  return { end: await browser.follow('/auth/github'), browser };
}

/** The person of the browser's session. */
async function whoIs(browser: Browser) {
  const response = await browser.open('/api/v1/sessions/refresh', { method: 'POST' });
  if (response.status !== 200) return undefined;
  const { accessToken } = (await response.json()) as { accessToken: string };
  return { token: accessToken, user: (await rest.call('GET', '/me', { token: accessToken })).body.user };
}

describe('login through GitHub', () => {
  test('is offered, makes an account with name and picture, and finds it again', async () => {
    expect((await rest.call('GET', '/auth/providers')).body).toEqual({ providers: ['github'] });
    const who = account({ name: 'Mona Lisa', avatar_url: 'https://avatars.example/u/1' });
    const { end, browser } = await logIn(who);
    expect(end.pathname + end.search).toBe('/?signed-in=github');
    const { user } = (await whoIs(browser)) ?? {};
    expect(user).toMatchObject({ username: who.login, displayName: 'Mona Lisa', avatarUrl: who.avatar_url, kind: 'member' });
    const again = await logIn({ ...who, login: newName() });
    expect((await whoIs(again.browser))?.user).toEqual(user);
    expect(browser.cookies.has('brook_login')).toBe(false);
  });

  test('a code is good only at the address that it was sent to', async () => {
    provider.account = account();
    const browser = new Browser(stack.url);
    const callback = await browser.follow('/auth/github', isCallback);
    const cookie = [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
    const host = new URL(stack.url).host;
    expect(browser.cookies.get('brook_login')?.attributes).toMatch(/HttpOnly; SameSite=Lax|SameSite=Lax.*HttpOnly/);
    const response = await fetch(`${second.url}${callback.pathname}${callback.search}`, {
      headers: { cookie, host },
      redirect: 'manual',
    });
    expect(response.headers.get('location')).toBe('/enter?error=unauthenticated');
  });

  test('without a verified address there is no way in', async () => {
    for (const emails of [[], [{ email: 'victim@example.org', primary: true, verified: false }]]) {
      const { end, browser } = await logIn(account({ emails }));
      expect(end.pathname + end.search).toBe('/enter?error=forbidden');
      expect(await whoIs(browser)).toBeUndefined();
    }
  });

  test('a name that is taken stays whose it is', async () => {
    const local = await rest.signUp();
    const { browser } = await logIn(account({ login: local.user.username }));
    const { user } = (await whoIs(browser)) ?? {};
    expect(user.id).not.toBe(local.user.id);
    expect(user.username).toMatch(new RegExp(`^${local.user.username.slice(0, 25)}-[0-9a-f]{6}$`));
  });

  test('a foreign state, a foreign code, a second use: nobody is signed in', async () => {
    provider.account = account();
    const attacker = new Browser(stack.url);
    const callback = await attacker.follow('/auth/github', isCallback);
    const victim = new Browser(stack.url);
    const fixed = await victim.follow(callback.toString());
    expect(fixed.search).toBe('?error=unauthenticated');
    const begun = new Browser(stack.url);
    const own = await begun.follow('/auth/github', isCallback);
    const mixed = new URL(callback);
    mixed.searchParams.set('state', own.searchParams.get('state') ?? '');
    expect((await begun.follow(mixed.toString())).search).toBe('?error=unauthenticated');
    for (const browser of [victim, begun]) expect(await whoIs(browser)).toBeUndefined();
    const { browser } = await logIn(account());
    expect((await browser.follow(own.toString())).search).toBe('?error=unauthenticated');
  });

  test('a blocked person is told so and stays out', async () => {
    const { browser } = await logIn(account({ id: 77_000 }));
    const { user } = (await whoIs(browser)) ?? {};
    const by = { id: user.id.replace(/^./, user.id.startsWith('f') ? 'e' : 'f'), username: 'admin', ip: '127.0.0.1' };
    const response = await fetch(`${stack.processes.users.internalUrl}/internal/admin/users/${user.id}/block`, {
      method: 'POST',
      headers: { 'x-brook-internal-key': stack.internalKey, 'content-type': 'application/json' },
      body: JSON.stringify({ by }),
    });
    expect(response.status).toBe(200);
    expect((await logIn(account({ id: 77_000 }))).end.search).toBe('?error=blocked');
  });
});

describe('linking', () => {
  test('needs the account’s own session and one’s own browser', async () => {
    const person = await rest.signUp();
    const who = account();
    provider.account = who;
    const browser = new Browser(stack.url);
    expect((await browser.open('/api/v1/me/identities/github', { method: 'POST' })).status).toBe(401);
    const headers = { authorization: `Bearer ${person.token}` };
    const begin = async () => {
      const response = await browser.open('/api/v1/me/identities/github', { method: 'POST', headers });
      return ((await response.json()) as { url: string }).url;
    };
    expect((await browser.follow(await begin())).search).toBe('?signed-in=github');
    expect((await whoIs((await logIn(who)).browser))?.user.id).toBe(person.user.id);
    provider.account = account();
    const url = await begin();
    expect((await rest.call('DELETE', '/sessions/current', { token: person.token })).status).toBe(204);
    expect((await browser.follow(url)).search).toBe('?error=unauthenticated');
  });

  test('from a foreign page is refused', async () => {
    const { token } = await rest.signUp();
    const answer = await rest.call('POST', '/me/identities/github', { token, headers: { origin: 'https://evil.example' } });
    expect(expectStatus(answer, 403).code).toBe('forbidden');
  });
});

test('neither the secret nor a code is logged', () => {
  const log = stack.processes.gateway.log.join('\n');
  expect(log).not.toContain(provider.clientSecret);
  expect(log).not.toMatch(/code=/);
});
