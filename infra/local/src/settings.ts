import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@brook/common/embedded';

/** The folder of the repository: services are started in it, and relative paths are meant from it. */
export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** What the launcher reads from its environment; everything else is handed to the services as it is. */
export interface Settings {
  dataDir: string;
  port: number;
  /** Addresses the gateway will listen on; both loopbacks unless HOST says otherwise. */
  hosts: string[];
  logFormat: 'readable' | 'json';
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  redisClusterNodes: string | undefined;
}

/** Reads the launcher's settings; empty values count as absent. Throws StartupError naming a bad one. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    dataDir: dataDirOf(env),
    port: portOf(env['PORT'] || '8080'),
    hosts: env['HOST'] ? [env['HOST']] : ['127.0.0.1', '::1'],
    logFormat: logFormatOf(env['LOG_FORMAT'] || 'readable'),
    databaseUrl: env['DATABASE_URL'] || undefined,
    redisUrl: env['REDIS_URL'] || undefined,
    redisClusterNodes: env['REDIS_CLUSTER_NODES'] || undefined,
  };
}

/** The data folder that BROOK_DATA_DIR names, from the project's folder where it is relative. */
export const dataDirOf = (env: NodeJS.ProcessEnv): string => resolve(projectRoot, env['BROOK_DATA_DIR'] || '.data');

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new StartupError(`PORT must be a number from 1 to 65535 and is "${text}".`);
}

function logFormatOf(text: string): Settings['logFormat'] {
  if (text === 'readable' || text === 'json') return text;
  throw new StartupError(`LOG_FORMAT must be "readable" or "json" and is "${text}".`);
}
