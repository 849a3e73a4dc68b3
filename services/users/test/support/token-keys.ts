import { generateKeyPairSync } from 'node:crypto';

/** A fresh TOKEN_KEYS with as many private keys as given. */
export function newTokenKeys(...kids: string[]): string {
  const names = kids.length === 0 ? ['test'] : kids;
  const keys = names.map((kid) => ({ ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid }));
  return JSON.stringify({ keys });
}
