import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys, partitionOf, TOKEN_AUDIENCE, TOKEN_ISSUER, type User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { createLogger } from '@brook/common/logging';
import { freshRedis } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { SessionVerifier } from '../src/auth/session-verifier.js';
import { SignIn } from '../src/auth/sign-in.js';
import { Profiles } from '../src/read-models/profiles.js';

const PARTITIONS = 2;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'EdDSA', use: 'sig' }] };
let redis: Redis;
let sessions: SessionVerifier;
let signIn: SignIn;
/** Sessions that the users service knows. */
const known = new Map<string, { userId: string; live: boolean }>();
/** People whom the users service knows. */
const people = new Map<string, User>();
let asked = 0;

beforeAll(async () => {
  redis = new Redis(await freshRedis());
  const users = {
    async request<T>(path: string): Promise<T> {
      if (path === '/jwks') return jwks as T;
      asked++;
      if (path === '/users/batch') return { users: [...people.values()] } as T;
      const session = known.get(path.split('/')[2] ?? '');
      if (!session) throw new AppError('not_found');
      return session as T;
    },
  };
  const shared = { redis, users, partitions: PARTITIONS, logger: createLogger({ service: 'test', level: 'silent' }) };
  sessions = new SessionVerifier(shared);
  signIn = new SignIn({ ...shared, sessions, profiles: new Profiles(shared) });
});
afterAll(() => redis.disconnect());

interface Claims {
  sub?: string;
  sid?: string;
  iss?: string;
  aud?: string;
  exp?: number;
}
const inAMinute = () => Math.floor(Date.now() / 1000) + 60;
function issue(
  { sub = randomUUID(), sid = randomUUID(), iss = TOKEN_ISSUER, aud = TOKEN_AUDIENCE, exp = inAMinute() }: Claims = {},
  key: KeyObject = privateKey,
) {
  return new SignJWT({ sid })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .setSubject(sub)
    .setIssuer(iss)
    .setAudience(aud)
    .setExpirationTime(exp)
    .sign(key);
}
const live = (userId: string, sessionId: string, value = `live:${userId}`) =>
  redis.set(keys.session(partitionOf(userId, PARTITIONS), sessionId), value);

describe('SessionVerifier', () => {
  test('takes a live session from the read model without asking', async () => {
    const [sub, sid, exp] = [randomUUID(), randomUUID(), inAMinute()];
    await live(sub, sid);
    asked = 0;
    expect(await sessions.verify(await issue({ sub, sid, exp }))).toEqual({ userId: sub, sessionId: sid, expiresAt: exp * 1000 });
    expect(asked).toBe(0);
  });

  test('asks for one that the read model does not hold', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    known.set(sid, { userId: sub, live: true });
    expect(await sessions.verify(await issue({ sub, sid }))).toMatchObject({ userId: sub });
    known.set(sid, { userId: sub, live: false });
    await expect(sessions.verify(await issue({ sub, sid }))).rejects.toMatchObject({ code: 'unauthenticated' });
    known.delete(sid);
    await expect(sessions.verify(await issue({ sub, sid }))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('a token that was verified before ends with its session', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    await live(sub, sid);
    const token = await issue({ sub, sid });
    await sessions.verify(token);
    await live(sub, sid, 'revoked');
    await expect(sessions.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('a session of somebody else is none', async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    await live(sub, sid, `live:${randomUUID()}`);
    await expect(sessions.verify(await issue({ sub, sid }))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('expired is told apart, before and after it was verified once', async () => {
    const past = Math.floor(Date.now() / 1000) - 10;
    await expect(sessions.verify(await issue({ exp: past }))).rejects.toMatchObject({ code: 'token_expired' });
    await expect(sessions.verify(await issue({ exp: past }, other.privateKey))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test.each([
    ['another issuer', () => issue({ iss: 'someone' })],
    ['another audience', () => issue({ aud: 'something' })],
    ['another key', () => issue({}, other.privateKey)],
    ['no session', () => issue({ sid: '' })],
    ['no person', () => issue({ sub: 'x' })],
    ['no token', async () => 'x.y.z'],
  ])('%s: unauthenticated', async (_what, make) => {
    await expect(sessions.verify(await make())).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('SignIn', () => {
  const person = (id: string, displayName: string): User => ({
    id,
    username: 'ada',
    displayName,
    avatarUrl: null,
    kind: 'member',
    role: 'user',
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  const store = (user: User) => redis.set(keys.user(partitionOf(user.id, PARTITIONS), user.id), JSON.stringify(user));
  const begin = async () => {
    const [sub, sid] = [randomUUID(), randomUUID()];
    await live(sub, sid);
    return { sub, sid, token: await issue({ sub, sid }) };
  };

  test('reads session and person at once, as they are at that moment', async () => {
    const { sub, sid, token } = await begin();
    await store(person(sub, 'Ada'));
    asked = 0;
    expect(await signIn.identify(token)).toMatchObject({ session: { userId: sub, sessionId: sid }, user: person(sub, 'Ada') });
    await store(person(sub, 'Ada L.'));
    expect((await signIn.identify(token)).user.displayName).toBe('Ada L.');
    expect(asked).toBe(0);
  });

  test('says whose the token is while it asks, and of a forged token nothing', async () => {
    const { sub, token } = await begin();
    await store(person(sub, 'Ada'));
    const said: string[] = [];
    await signIn.identify(token, (userId) => said.push(userId)).then(() => said.push('identified'));
    expect(said).toEqual([sub, 'identified']);
    await expect(signIn.identify(`${token}x`, (userId) => said.push(userId))).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(said).toHaveLength(2);
  });

  test('a session that was ended since, or is somebody else’s, gets nobody', async () => {
    const { sub, sid, token } = await begin();
    await store(person(sub, 'Ada'));
    await signIn.identify(token);
    await live(sub, sid, 'revoked');
    await expect(signIn.identify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await live(sub, sid, `live:${randomUUID()}`);
    await expect(signIn.identify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test.each([
    ['is not there', undefined],
    ['is not JSON', '{'],
    ['is no person', '{"id":1}'],
  ])('asks for the person when what the read model holds %s', async (_what, stored) => {
    const { sub, token } = await begin();
    if (stored !== undefined) await redis.set(keys.user(partitionOf(sub, PARTITIONS), sub), stored);
    await expect(signIn.identify(token)).rejects.toMatchObject({ code: 'not_found' });
    people.set(sub, person(sub, 'Ada'));
    expect((await signIn.identify(token)).user).toEqual(person(sub, 'Ada'));
  });
});
