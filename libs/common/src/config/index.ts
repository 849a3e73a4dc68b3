import { z } from 'zod';

/** The environment does not fit: the message names every bad variable and its rule, never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Parses the environment with `schema`. Empty strings count as missing.
 * @throws ConfigError naming each bad or missing variable and the rule; values are never printed, they may be secrets.
 */
export function loadConfig<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv = process.env): z.infer<T> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`);
  throw new ConfigError(`The configuration is not valid. ${faults.join('; ')}`);
}

/** Booleans as people write them in an environment. */
export const flag = z
  .enum(['1', '0', 'true', 'false', 'yes', 'no', 'on', 'off'])
  .transform((text) => ['1', 'true', 'yes', 'on'].includes(text));

const secret = z.string().min(16, 'must have at least 16 characters');

/** What every service is configured by. */
export const serviceEnv = z.object({
  NODE_ENV: z.string().default('production'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }).default('redis://127.0.0.1:6379'),
  /** host:port,host:port; with it, REDIS_URL gives only user, password and TLS. */
  REDIS_CLUSTER_NODES: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port,host:port,...')
    .optional(),
  INTERNAL_KEY: secret,
  INTERNAL_HOST: z.string().default('127.0.0.1'),
  INTERNAL_PORT: z.coerce.number().int().min(0).max(65535).default(0),
});
export type ServiceEnv = z.infer<typeof serviceEnv>;

/** Of services that own a Postgres schema. */
export const ownerEnv = serviceEnv.extend({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  PARTITIONS: z.coerce.number().int().min(1).max(64).default(2),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
});
export type OwnerEnv = z.infer<typeof ownerEnv>;

/** Base URL of another service's internal HTTP. */
export const internalUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// URL' });
