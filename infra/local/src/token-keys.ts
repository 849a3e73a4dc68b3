import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** A new JSON Web Key Set with one private Ed25519 key, as the users service reads it from TOKEN_KEYS. */
export function makeTokenKeys(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'EdDSA', use: 'sig' };
  return JSON.stringify({ keys: [key] });
}
