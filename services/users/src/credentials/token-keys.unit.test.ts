import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { tokenKeys } from './token-keys.js';

interface Jwk {
  kty: string;
  crv: string;
  x: string;
  d: string;
  kid?: string;
}
const jwk = (kid?: string): Jwk => {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, d, ...(kid === undefined ? {} : { kid }) };
};
const parse = (...keys: object[]) => tokenKeys.safeParse(JSON.stringify({ keys }));

describe('TOKEN_KEYS', () => {
  test('signs with the first key and publishes only the public halves of all', () => {
    const [first, second] = [jwk('a'), jwk('b')];
    const { x, kid } = second;
    const { data } = parse(first, { kty: 'OKP', crv: 'Ed25519', x, kid });
    expect(data?.signing).toEqual({ kid: 'a', jwk: { kty: 'OKP', crv: 'Ed25519', x: first.x, d: first.d } });
    expect(data?.published.map((key) => key.kid)).toEqual(['a', 'b']);
    expect(JSON.stringify(data?.published)).not.toContain(first.d);
  });

  test('names a key without kid by its RFC 7638 thumbprint', async () => {
    const key = jwk();
    expect(parse(key).data?.signing.kid).toBe(await calculateJwkThumbprint(key));
  });

  const key = jwk('a');
  test.each([
    ['no JSON', 'secret-text', 'not a JSON object'],
    ['no keys', '{"keys":[]}', 'must be a JSON Web Key Set'],
    ['another kind of key', JSON.stringify({ keys: [{ kty: 'oct', k: 'secret-text' }] }), 'keys.0.kty'],
    ['a first key that is only public', JSON.stringify({ keys: [{ ...key, d: undefined }] }), 'must be a private one'],
    ['one kid for two keys', JSON.stringify({ keys: [key, jwk('a')] }), 'a kid of its own'],
    ['halves of two keys', JSON.stringify({ keys: [{ ...key, d: jwk().d }] }), 'must belong to its x'],
  ])('refuses %s without quoting it', (_what, text, rule) => {
    const { error } = tokenKeys.safeParse(text);
    expect(error?.issues[0]?.message).toContain(rule);
    for (const secret of ['secret-text', key.d]) expect(JSON.stringify(error?.issues)).not.toContain(secret);
  });
});
