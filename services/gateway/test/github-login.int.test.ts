import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type Account, Provider } from './support/provider.js';
import { type Answer, expectStatus, newName, type Person, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { type Stack, startStack } from './support/stack.js';

const ADMIN = { username: 'root', password: 'correct horse battery' };
const SITE = 'https://blog.example';

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
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
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

describe('in the widget', () => {
  let admin: string;
  const settings = (more: object) =>
    rest.call('PUT', '/admin/widget', { token: admin, body: { sites: [SITE], signIn: true, ...more } });
  beforeAll(async () => {
    admin = expectStatus(await rest.call('POST', '/sessions', { body: { ...ADMIN, tokens: 'body' } }), 201).accessToken;
    expectStatus(await settings({}), 200);
  });

  const begin = (browser: Browser, site = SITE) => browser.open(`/auth/github?site=${encodeURIComponent(site)}&language=ko`);
  const textOf = (html: string, pattern: RegExp) =>
    (pattern.exec(html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

  /** Where the window's link leads, once it has told who asks. */
  async function ask(browser: Browser): Promise<string> {
    const asking = await begin(browser);
    expect(asking.status).toBe(200);
    const html = await asking.text();
    expect(html).toContain(`<strong>${SITE}</strong>에서 본인 확인을`);
    return textOf(html, /href="([^"]*)"/);
  }

  /** Goes through the window. @returns what it hands to the page that opened it */
  async function hand(
    browser = new Browser(stack.url),
    link?: string,
  ): Promise<{ site: string; proof?: string; error?: string }> {
    const callback = await browser.follow(link ?? (await ask(browser)), isCallback);
    const handing = await browser.open(callback.toString());
    expect(handing.headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect(handing.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/,
    );
    expect(handing.headers.getSetCookie().join()).not.toContain('brook_refresh');
    const html = await handing.text();
    return { site: textOf(html, /data-site="([^"]*)"/), ...JSON.parse(textOf(html, /data-result="([^"]*)"/)) };
  }

  const trade = (
    proof: string | undefined,
    { token, origin = SITE }: { token?: string; origin?: string } = {},
  ): Promise<Answer> => rest.call('POST', '/sessions/github', { token, body: { proof }, headers: { origin } });
  const write = ({ token }: Pick<Person, 'token'>) =>
    rest.call('POST', '/support/conversations', { token, body: { clientId: randomUUID(), text: 'hello' } });

  test('a guest becomes a member with the same conversation, and stays that on another device', async () => {
    expect((await rest.call('GET', '/support/widget')).body.signIn).toBe(true);
    const guest = await rest.guest();
    const { room } = expectStatus(await write(guest), 201);
    provider.account = account({ name: 'Ann Rivers', avatar_url: 'https://avatars.example/u/2' });
    const { site, proof } = await hand();
    expect(site).toBe(SITE);
    const { user, accessToken, refreshToken } = expectStatus(await trade(proof, guest), 201);
    expect(user).toMatchObject({
      id: guest.user.id,
      kind: 'member',
      displayName: 'Ann Rivers',
      avatarUrl: 'https://avatars.example/u/2',
    });
    expect(expectStatus(await write({ token: accessToken }), 200).room.id).toBe(room.id);
    expect((await rest.call('POST', '/sessions/refresh', { body: { refreshToken }, headers: { origin: SITE } })).status).toBe(
      200,
    );
    // Another guest's conversation is not hers.
    const elsewhere = await rest.guest();
    await write(elsewhere);
    const again = expectStatus(await trade((await hand()).proof, elsewhere), 201);
    expect(again.user).toEqual(user);
    expect(expectStatus(await write({ token: again.accessToken }), 200).room.id).toBe(room.id);
    expect((await rest.call('GET', '/me', { token: elsewhere.token })).body.user.kind).toBe('guest');
  });

  test('a proof is good once, from the site that it was made for', async () => {
    provider.account = account();
    await settings({ sites: [SITE, 'https://other.example'] });
    const { proof } = await hand();
    expect(expectStatus(await trade(proof, { origin: 'https://other.example' }), 401).code).toBe('unauthenticated');
    expect(expectStatus(await trade(`${proof}x`), 401).code).toBe('unauthenticated');
    const outcomes = await Promise.all([trade(proof), trade(proof)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  test('only a listed site may ask, and only where the settings allow it', async () => {
    const browser = new Browser(stack.url);
    for (const site of ['https://evil.example', `${SITE}/path`, 'null', '"><script>'])
      expect((await begin(browser, site)).status).toBe(403);
    expect(browser.cookies.has('brook_login')).toBe(false);
    expect((await begin(browser, stack.url)).status).toBe(200);
    provider.account = account();
    const [waiting, { proof }] = [await ask(browser), await hand()];
    await settings({ signIn: false });
    expect((await begin(browser)).status).toBe(403);
    expect(await hand(browser, waiting)).toEqual({ site: SITE, error: 'forbidden' });
    expect((await trade(proof)).status).toBe(403);
    expect((await rest.call('GET', '/support/widget')).body.signIn).toBe(false);
    await settings({});
  });

  test('who refuses at GitHub, or comes with another one’s state, gets no proof', async () => {
    provider.account = undefined;
    expect(await hand()).toEqual({ site: SITE, error: 'unauthenticated' });
    provider.account = account();
    const stranger = new Browser(stack.url);
    const link = await ask(stranger);
    const browser = new Browser(stack.url);
    await ask(browser);
    expect(await hand(browser, link)).toEqual({ site: SITE, error: 'unauthenticated' });
    const callback = await browser.follow(await ask(browser), isCallback);
    callback.searchParams.set('state', 'another');
    expect(await hand(browser, callback.toString())).toEqual({ site: SITE, error: 'unauthenticated' });
  });

  test('an admin does not sign in on another site', async () => {
    const who = account();
    const { browser } = await logIn(who);
    const { user } = (await whoIs(browser)) ?? {};
    expectStatus(await rest.call('PUT', `/admin/users/${user.id}/role`, { token: admin, body: { role: 'admin' } }), 200);
    expect(expectStatus(await trade((await hand()).proof), 403).code).toBe('forbidden');
  });
});

test('neither the secret nor a code is logged', () => {
  const log = stack.processes.gateway.log.join('\n');
  expect(log).not.toContain(provider.clientSecret);
  expect(log).not.toMatch(/code=/);
  expect(log).not.toMatch(/eyJhbGciOi/);
});
