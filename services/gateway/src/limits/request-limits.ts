import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { foldUsername } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { RedisClient } from '@brook/common/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { GatewayLimits } from '../config.js';
import { loginDelaySeconds } from './login-delay.js';

/** How many times the log-ins of one pair all pairs of one account, and of one address, may make: many people share an address. */
const PER_ACCOUNT = 10;
const PER_ADDRESS = 30;

/** Limits that hold over all gateways: counted in Redis, in this process while Redis is away. */
export class RequestLimits {
  readonly #signups: Window | undefined;
  readonly #guests: Window | undefined;
  readonly #requests: Window | undefined;
  readonly #logins: Window | undefined;
  readonly #loginsOfAccount: Window | undefined;
  readonly #loginsFromAddress: Window | undefined;

  constructor(redis: RedisClient, limits: GatewayLimits) {
    const window = (name: string, points: number, seconds: number) =>
      points === 0 ? undefined : new Window(redis, { name, points, seconds });
    this.#signups = window('signups', limits.signupsPerHour, 3600);
    this.#guests = window('guests', limits.guestsPerHour, 3600);
    this.#requests = window('requests', limits.requestsPerMinute, 60);
    this.#logins = window('logins', limits.loginsPerMinute, 60);
    this.#loginsOfAccount = window('logins-account', limits.loginsPerMinute * PER_ACCOUNT, 60);
    this.#loginsFromAddress = window('logins-address', limits.loginsPerMinute * PER_ADDRESS, 60);
  }

  /** Counts a sign-up. @throws AppError `rate_limited` */
  signUp(ip: string): Promise<void> {
    return count(this.#signups, network(ip), 'too many accounts were made from here');
  }

  /** Counts the entry of a guest. @throws AppError `rate_limited` */
  guest(ip: string): Promise<void> {
    return count(this.#guests, network(ip), 'too many guests came from here');
  }

  /** Counts a REST request of a person, or of an address where nobody is signed in. @throws AppError `rate_limited` */
  request(by: { userId: string } | { ip: string }): Promise<void> {
    return count(this.#requests, 'userId' in by ? `u:${by.userId}` : `ip:${network(by.ip)}`, 'too many requests');
  }

  /**
   * Counts a log-in of this account from this address. Whoever goes on past the limit waits longer with each try; a
   * request is answered at once, never held. All addresses of one account, and all accounts of one address, have higher
   * limits of their own, so that guessing spread over many is slow, too.
   * @throws AppError `rate_limited`
   */
  async logIn(username: string, ip: string): Promise<void> {
    const account = foldUsername(username);
    const pair = digest(`${account}\n${network(ip)}`);
    const over = (await this.#logins?.take(pair))?.over ?? 0;
    if (over > 0) {
      const seconds = loginDelaySeconds(over);
      await this.#logins?.hold(pair, over, seconds);
      throw new AppError('rate_limited', 'too many log-ins for this account from here', { retryAfterMs: seconds * 1000 });
    }
    await count(this.#loginsFromAddress, network(ip), 'too many log-ins from here');
    await count(this.#loginsOfAccount, digest(account), 'too many log-ins for this account');
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

async function count(window: Window | undefined, key: string, detail: string): Promise<void> {
  const { over, retryAfterMs } = (await window?.take(key)) ?? { over: 0, retryAfterMs: 0 };
  if (over > 0) throw new AppError('rate_limited', detail, { retryAfterMs });
}

/** A fixed window that counts what is refused, too. */
class Window {
  readonly #limiter: RateLimiterRedis;
  readonly #points: number;

  constructor(redis: RedisClient, { name, points, seconds }: { name: string; points: number; seconds: number }) {
    const common = { keyPrefix: `brook:limit:${name}`, points, duration: seconds };
    this.#points = points;
    this.#limiter = new RateLimiterRedis({
      ...common,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(common),
    });
  }

  /** Counts one. `over`: how many were counted past the limit; `retryAfterMs`: until the window ends. */
  async take(key: string): Promise<{ over: number; retryAfterMs: number }> {
    const state = await this.#limiter.consume(key).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal;
      throw refusal;
    });
    return { over: Math.max(0, state.consumedPoints - this.#points), retryAfterMs: Math.max(1, state.msBeforeNext) };
  }

  /** Makes the window last so many seconds from now, with what was counted. */
  async hold(key: string, over: number, seconds: number): Promise<void> {
    await this.#limiter.set(key, this.#points + over, seconds);
  }
}

/** Whose address it is: an IPv6 customer has a whole /64. */
function network(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [head = '', tail = ''] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = ip.includes('::') ? Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0') : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
