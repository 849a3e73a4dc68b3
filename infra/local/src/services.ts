import { freePort } from '@brook/common/embedded';
import type { Settings } from './settings.js';
import type { Stores } from './stores.js';

/** The services in the order in which they are started. */
export const SERVICE_NAMES = ['users', 'rooms', 'messages', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What the services share by secret. */
export interface SharedSecrets {
  internalKey: string;
  tokenKeys: string;
}

/** Internal addresses of all services, on ports that stay the same over restarts. */
export type ServicePorts = Record<ServiceName, number>;

/** Picks a free internal port for each service. */
export async function pickPorts(): Promise<ServicePorts> {
  const ports = new Set<number>();
  while (ports.size < SERVICE_NAMES.length) ports.add(await freePort());
  const [users = 0, rooms = 0, messages = 0, gateway = 0] = ports;
  return { users, rooms, messages, gateway };
}

export const internalUrl = (port: number): string => `http://127.0.0.1:${port}`;

/**
 * The environment of one service: the launcher's own (limits, origins, log level, ...), the addresses of its partners,
 * and only those secrets that it needs.
 */
export function serviceEnvironment(
  name: ServiceName,
  { settings, stores, secrets, ports }: { settings: Settings; stores: Stores; secrets: SharedSecrets; ports: ServicePorts },
): NodeJS.ProcessEnv {
  const {
    TOKEN_KEYS: _keys,
    DATABASE_URL: _database,
    NODE_OPTIONS: _options,
    ADMIN_PASSWORD,
    GITHUB_CLIENT_SECRET,
    ...inherited
  } = process.env;
  const own: Record<ServiceName, NodeJS.ProcessEnv> = {
    users: { TOKEN_KEYS: secrets.tokenKeys, ADMIN_PASSWORD },
    rooms: { MESSAGES_URL: internalUrl(ports.messages), USERS_URL: internalUrl(ports.users) },
    messages: { ROOMS_URL: internalUrl(ports.rooms) },
    gateway: {
      GITHUB_CLIENT_SECRET,
      PORT: String(settings.port),
      USERS_URL: internalUrl(ports.users),
      ROOMS_URL: internalUrl(ports.rooms),
      MESSAGES_URL: internalUrl(ports.messages),
    },
  };
  return {
    ...inherited,
    NODE_ENV: process.env['NODE_ENV'] === 'test' ? 'production' : (process.env['NODE_ENV'] ?? 'production'),
    ...(stores.local.redisUrl !== undefined && { REDIS_URL: stores.local.redisUrl }),
    // The gateway never touches Postgres, so it is not even told where it is.
    ...(name !== 'gateway' && { DATABASE_URL: stores.local.databaseUrl }),
    INTERNAL_KEY: secrets.internalKey,
    INTERNAL_HOST: '127.0.0.1',
    INTERNAL_PORT: String(ports[name]),
    ...own[name],
  };
}
