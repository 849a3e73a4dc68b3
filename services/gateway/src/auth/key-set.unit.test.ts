import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { SignJWT } from 'jose';
import { KeySet } from './key-set.js';

const makeKey = (kid: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' } };
};

/** The users service's key endpoint. */
class Keys {
  keys: object[] = [];
  asked = 0;
  down = false;

  async request<T>(): Promise<T> {
    this.asked++;
    if (this.down) throw new AppError('unavailable');
    return { keys: this.keys } as T;
  }
}

const token = (privateKey: KeyObject, kid: string) =>
  new SignJWT({ sid: randomUUID() })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setSubject(randomUUID())
    .setIssuer(TOKEN_ISSUER)
    .setAudience(TOKEN_AUDIENCE)
    .setExpirationTime('1m')
    .sign(privateKey);

const header = async (text: string) => JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString());
const flat = { payload: '', signature: '' };

describe('KeySet', () => {
  test('asks once, and again for a key it does not know, but not for every one', async () => {
    const [a, b] = [makeKey('a'), makeKey('b')];
    const users = new Keys();
    users.keys = [a.jwk];
    const set = new KeySet(users);
    const first = await header(await token(a.privateKey, 'a'));
    await Promise.all([set.key(first, flat), set.key(first, flat)]);
    expect(users.asked).toBe(1);
    users.keys = [b.jwk];
    await expect(set.key(await header(await token(b.privateKey, 'b')), flat)).rejects.toThrow();
    expect(users.asked).toBe(1);
  });

  test('without any keys the answer is unavailable, and the next token asks again', async () => {
    const a = makeKey('a');
    const users = new Keys();
    users.down = true;
    const set = new KeySet(users);
    const first = await header(await token(a.privateKey, 'a'));
    await expect(set.key(first, flat)).rejects.toMatchObject({ code: 'unavailable' });
    users.down = false;
    users.keys = [a.jwk];
    await set.key(first, flat);
    expect(users.asked).toBe(2);
  });

  test('rotation: both keys are believed while both are served, a withdrawn one no longer after a minute', async () => {
    const [old, next] = [makeKey('old'), makeKey('next')];
    const users = new Keys();
    users.keys = [next.jwk, old.jwk];
    const set = new KeySet(users);
    for (const { kid, privateKey } of [old, next]) await set.key(await header(await token(privateKey, kid)), flat);
    users.keys = [next.jwk];
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 61_000);
    try {
      // Asked beside the answer: the first one after the minute may still be by the old set.
      await set.key(await header(await token(next.privateKey, 'next')), flat);
      await new Promise((resolve) => setImmediate(resolve));
      await expect(set.key(await header(await token(old.privateKey, 'old')), flat)).rejects.toMatchObject({
        code: 'ERR_JWKS_NO_MATCHING_KEY',
      });
      expect(users.asked).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });
});
