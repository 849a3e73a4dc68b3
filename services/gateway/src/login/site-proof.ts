import { createHmac, randomUUID } from 'node:crypto';
import { keys } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { RedisClient } from '@brook/common/redis';
import { jwtVerify, SignJWT } from 'jose';
import { assertConnected } from '../read-models/assert-connected.js';
import type { GithubPerson } from './github.js';

/** Seconds the widget has to trade it. */
const PROOF_SECONDS = 60;
const AUDIENCE = 'brook-site-proof';

/** That somebody showed GitHub's word for who they are, and let this site have it. */
interface SiteProof {
  site: string;
  person: GithubPerson;
}

/** Signs and takes what a window hands to the widget that opened it: good once, for a minute, from one site. */
export class SiteProofs {
  readonly #key: Uint8Array;

  constructor(internalKey: string) {
    this.#key = new Uint8Array(createHmac('sha256', internalKey).update(AUDIENCE).digest());
  }

  sign({ site, person }: SiteProof): Promise<string> {
    return new SignJWT({ site, person })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(AUDIENCE)
      .setJti(randomUUID())
      .setExpirationTime(`${PROOF_SECONDS}s`)
      .sign(this.#key);
  }

  /**
   * Who it is; the same proof is refused from then on, by every gateway.
   * @throws AppError `unauthenticated` when it is forged, too old, used, or another site's; `unavailable` without Redis
   */
  async take(text: string, { site, redis }: { site: string | undefined; redis: RedisClient }): Promise<GithubPerson> {
    const proof = await this.#read(text);
    if (proof === undefined || proof.site !== site) throw refused();
    if (!(await firstUse(redis, proof.id))) throw refused();
    return proof.person;
  }

  async #read(text: string): Promise<(SiteProof & { id: string }) | undefined> {
    try {
      const { payload } = await jwtVerify<SiteProof>(text, this.#key, { audience: AUDIENCE, algorithms: ['HS256'] });
      return { site: payload.site, person: payload.person, id: String(payload.jti) };
    } catch {
      // Forged or too old: for the caller all the same.
      return undefined;
    }
  }
}

const refused = () => new AppError('unauthenticated', 'this proof is not good here, or was used');

async function firstUse(redis: RedisClient, id: string): Promise<boolean> {
  try {
    assertConnected(redis);
    return (await redis.set(keys.usedProof(id), '1', 'EX', 2 * PROOF_SECONDS, 'NX')) === 'OK';
  } catch (cause) {
    throw new AppError('unavailable', undefined, { cause, retryAfterMs: 1_000 });
  }
}
