import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token: 256 random bits in base64url, and the hash that is stored instead of it. */
export function createRefreshToken(): { token: string; hash: Uint8Array<ArrayBuffer> } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** What is stored of a refresh token. A fast hash is enough: the token is random, nothing can be guessed. */
export const hashRefreshToken = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest());
