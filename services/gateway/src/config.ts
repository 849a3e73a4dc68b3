import { fileURLToPath } from 'node:url';
import { internalUrl, serviceEnv } from '@brook/common/config';
import { MAX_PARTITIONS } from '@brook/common/contracts';
import { z } from 'zod';

const limit = (fallback: number) => z.coerce.number().min(0, 'must be 0 (off) or more').default(fallback);

const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && /^https?:\/\/[^/]+\/?$/i.test(text)) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be origins like https://example.org, separated by commas' });
  return z.NEVER;
});

const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/**
 * Which proxies are believed about the client's address, scheme and host: a number of hops, or addresses and networks
 * (`loopback`, `10.0.0.0/8`). Nobody unless told.
 */
const trustProxy = z.string().transform((text): false | number | string[] => {
  if (/^(0|false|no|off)$/i.test(text)) return false;
  if (/^(true|yes|on)$/i.test(text)) return 1;
  return /^\d+$/.test(text) ? Number(text) : list(text);
});

/** The environment of the gateway. */
export const gatewayEnv = serviceEnv.extend({
  /** Where to listen; loopback, v4 and v6, unless told. */
  HOST: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Taken from the services; where set, it must agree with theirs. */
  PARTITIONS: z.coerce.number().int().min(1).max(MAX_PARTITIONS).optional(),
  MESSAGES_URL: internalUrl,
  ROOMS_URL: internalUrl,
  USERS_URL: internalUrl,
  ALLOWED_ORIGINS: z.string().default('').transform(list).pipe(z.array(origin)),
  TRUST_PROXY: trustProxy.default(false),
  /** The built web client. */
  WEB_ROOT: z.string().default(fileURLToPath(new URL('../../../clients/web/dist', import.meta.url))),
  /** The built widget, with the demo. */
  WIDGET_ROOT: z.string().default(fileURLToPath(new URL('../../../clients/widget/dist', import.meta.url))),
  /** Login through GitHub; both, or it is off. */
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  /** Other ones for GitHub Enterprise. */
  GITHUB_BASE_URL: z.url({ protocol: /^https?$/ }).default('https://github.com'),
  GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  /** Account of the canary, which sends and hears itself every ten seconds; without both it is off. */
  CANARY_USERNAME: z.string().optional(),
  CANARY_PASSWORD: z.string().optional(),
  LIMITS: z.enum(['on', 'off']).default('on'),
  LIMIT_SENDS_PER_SECOND: limit(50),
  LIMIT_SENDS_PER_ROOM_PER_SECOND: limit(500),
  LIMIT_SIGNUPS_PER_HOUR: limit(60),
  LIMIT_GUESTS_PER_HOUR: limit(120),
  LIMIT_LOGINS_PER_MINUTE: limit(10),
  LIMIT_REQUESTS_PER_MINUTE: limit(600),
  LIMIT_SOCKETS_PER_IP: limit(200),
  LIMIT_SOCKETS_PER_USER: limit(20),
});
export type GatewayEnv = z.infer<typeof gatewayEnv>;

/** Every limit; 0 means none. */
export interface GatewayLimits {
  /** Per connection; the bucket holds six times this. */
  sendsPerSecond: number;
  sendsPerRoomPerSecond: number;
  /** Per IP. */
  signupsPerHour: number;
  guestsPerHour: number;
  /** Per pair of account and IP. */
  loginsPerMinute: number;
  /** REST, per user or IP. */
  requestsPerMinute: number;
  socketsPerIp: number;
  socketsPerUser: number;
}

/** The limits in force. `LIMITS=off` switches every one off. */
export function limitsOf(env: GatewayEnv): GatewayLimits {
  const inForce = (value: number) => (env.LIMITS === 'off' ? 0 : value);
  return {
    sendsPerSecond: inForce(env.LIMIT_SENDS_PER_SECOND),
    sendsPerRoomPerSecond: inForce(env.LIMIT_SENDS_PER_ROOM_PER_SECOND),
    signupsPerHour: inForce(env.LIMIT_SIGNUPS_PER_HOUR),
    guestsPerHour: inForce(env.LIMIT_GUESTS_PER_HOUR),
    loginsPerMinute: inForce(env.LIMIT_LOGINS_PER_MINUTE),
    requestsPerMinute: inForce(env.LIMIT_REQUESTS_PER_MINUTE),
    socketsPerIp: inForce(env.LIMIT_SOCKETS_PER_IP),
    socketsPerUser: inForce(env.LIMIT_SOCKETS_PER_USER),
  };
}
