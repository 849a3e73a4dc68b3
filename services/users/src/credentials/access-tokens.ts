import { type AccessClaims, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@brook/common/contracts';
import { importJWK, SignJWT } from 'jose';
import type { PublicTokenKey, TokenKeys } from './token-keys.js';

/** Seconds an access token is valid. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

/** Signs access tokens: JWT, EdDSA, with the id of the key in `kid`. */
export class AccessTokens {
  readonly #keys: TokenKeys;
  readonly #key: Awaited<ReturnType<typeof importJWK>>;

  private constructor(keys: TokenKeys, key: Awaited<ReturnType<typeof importJWK>>) {
    this.#keys = keys;
    this.#key = key;
  }

  /** Imports the signing key. @throws when it is no Ed25519 key */
  static async create(keys: TokenKeys): Promise<AccessTokens> {
    return new AccessTokens(keys, await importJWK(keys.signing.jwk, 'EdDSA'));
  }

  /** A token for this person's session, valid for 15 minutes from `now`. */
  issue({ sub, sid }: Pick<AccessClaims, 'sub' | 'sid'>, now: Date): Promise<string> {
    const issuedAt = Math.floor(now.getTime() / 1000);
    return new SignJWT({ sid })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: this.#keys.signing.kid })
      .setSubject(sub)
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(this.#key);
  }

  /** What verifiers need: the public halves of all keys, as a JSON Web Key Set. */
  get publicKeys(): { keys: PublicTokenKey[] } {
    return { keys: this.#keys.published };
  }
}
