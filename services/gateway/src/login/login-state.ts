import { createHash, createHmac, randomBytes } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { WindowLanguage } from './site-window.js';

/** Seconds a person has to come back from the provider. */
export const STATE_SECONDS = 10 * 60;
const AUDIENCE = 'brook-login';

/** What this browser began: it comes back in a cookie that only it has. */
export interface LoginState {
  /** Given to the provider, which hands it back: whoever did not begin the login does not know it. */
  state: string;
  /** PKCE: proves that who trades the code is who asked for it. */
  verifier: string;
  /** The session that wants to be linked; absent when somebody signs in. */
  link?: { userId: string; sessionId: string };
  /** The site whose widget opened a window for it, and the language there; absent otherwise. */
  widget?: { site: string; language: WindowLanguage };
}

/** What a login is for, besides signing in to this browser. */
export type LoginPurpose = Pick<LoginState, 'link' | 'widget'>;

/** A new login. */
export const beginLogin = (purpose: LoginPurpose = {}): LoginState => ({
  state: randomBytes(32).toString('base64url'),
  verifier: randomBytes(32).toString('base64url'),
  ...purpose,
});

/** The PKCE challenge (S256) of a verifier. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Signs and reads the cookie of a login, with a key that all gateways share; none has to remember anything. */
export class LoginStates {
  readonly #key: Uint8Array;

  constructor(internalKey: string) {
    this.#key = new Uint8Array(createHmac('sha256', internalKey).update(AUDIENCE).digest());
  }

  seal(login: LoginState): Promise<string> {
    return new SignJWT({ ...login })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(AUDIENCE)
      .setExpirationTime(`${STATE_SECONDS}s`)
      .sign(this.#key);
  }

  /** The login of a cookie; undefined when it is none of ours or has expired. */
  async open(text: string): Promise<LoginState | undefined> {
    try {
      const { payload } = await jwtVerify<LoginState>(text, this.#key, { audience: AUDIENCE, algorithms: ['HS256'] });
      const { state, verifier, link, widget } = payload;
      return { state, verifier, ...(link && { link }), ...(widget && { widget }) };
    } catch {
      // Forged, foreign or too old: for the caller all the same.
      return undefined;
    }
  }
}
