import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { makeTokenKeys } from './token-keys.js';

test('makeTokenKeys makes a key set whose private key signs and whose public half verifies', () => {
  const { keys } = JSON.parse(makeTokenKeys()) as { keys: JsonWebKey[] };
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: expect.any(String) });
  const privateKey = createPrivateKey({ key: keys[0] ?? {}, format: 'jwk' });
  const signature = sign(null, Buffer.from('text'), privateKey);
  expect(verify(null, Buffer.from('text'), createPublicKey(privateKey), signature)).toBe(true);
  expect(makeTokenKeys()).not.toBe(makeTokenKeys());
});
