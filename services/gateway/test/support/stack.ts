import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '@brook/common/embedded';
import { eventually, type FreshDatabase, freshDatabase, freshRedis } from '@brook/common/testing';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const NAMES = ['users', 'rooms', 'messages', 'gateway'] as const;
export type StackService = (typeof NAMES)[number];
/** Four processes on a busy machine may take their time. */
const READY_MS = 50_000;

/** One running process of the stack. */
export interface StackProcess {
  name: StackService;
  /** Base URL of its internal port. */
  internalUrl: string;
  /** Ends it with SIGTERM and resolves with its exit code; with `kill`, with SIGKILL. */
  stop(options?: { kill?: boolean }): Promise<number | null>;
  /** Starts it again on the same ports, after it ended. */
  start(): Promise<void>;
  /** Its log lines so far; for messages of failed tests and what only a log tells. */
  readonly log: readonly string[];
}

/** The four services as real processes, on a database and a Redis of their own. */
export interface Stack {
  /** Base URL of the gateway, without a slash at its end. */
  url: string;
  redisUrl: string;
  databaseUrl: string;
  internalKey: string;
  processes: Record<StackService, StackProcess>;
  /** Stops everything and drops the database. Call it in `afterAll`. */
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Further environment, e.g. limits; `LIMITS` is `off` unless told. */
  env?: Record<string, string>;
  /** A Redis of one's own; the worker's logical database, emptied, unless told. */
  redisUrl?: string;
  partitions?: number;
}

/**
 * Starts users, rooms, messages and gateway from their compiled code (`tsc -b` first) and resolves when the gateway says
 * that the whole path answers.
 */
export async function startStack({ env = {}, redisUrl, partitions = 2 }: StackOptions = {}): Promise<Stack> {
  const database = await freshDatabase();
  const redis = redisUrl ?? (await freshRedis());
  const internalKey = randomBytes(24).toString('hex');
  const ports = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await freePort()]))) as Record<
    StackService,
    number
  >;
  const port = await freePort();
  const urlOf = (name: StackService) => `http://127.0.0.1:${ports[name]}`;
  const shared = {
    LIMITS: 'off',
    LOG_LEVEL: 'info',
    ...env,
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    REDIS_URL: redis,
    PARTITIONS: String(partitions),
    INTERNAL_KEY: internalKey,
    MESSAGES_URL: urlOf('messages'),
    ROOMS_URL: urlOf('rooms'),
    USERS_URL: urlOf('users'),
    TOKEN_KEYS: env['TOKEN_KEYS'] ?? tokenKeys(),
    PORT: String(port),
  };
  const processes = Object.fromEntries(
    NAMES.map((name) => [name, new ServiceProcess(name, urlOf(name), { ...shared, INTERNAL_PORT: String(ports[name]) })]),
  ) as Record<StackService, ServiceProcess>;
  const url = `http://127.0.0.1:${port}`;
  const stop = () => stopAll(Object.values(processes), database);
  try {
    await Promise.all(Object.values(processes).map((each) => each.start()));
    await eventually(async () => (await fetch(`${url}/readyz`)).ok, { timeout: READY_MS, interval: 50 });
  } catch (cause) {
    const logs = Object.values(processes).flatMap(({ name, log, exit }) => [`${name}: ${exit}`, ...log.slice(-5)]);
    await stop();
    throw new Error(`The services did not get ready.\n${logs.join('\n')}`, { cause });
  }
  return { url, redisUrl: redis, databaseUrl: database.url, internalKey, processes, stop };
}

/** The gateway first, then what it asks, so that nobody waits for an answer from a process that has gone. */
async function stopAll(processes: ServiceProcess[], database: FreshDatabase): Promise<void> {
  for (const each of [...processes].reverse()) await each.stop();
  await database.drop();
}

/** A new signing key, as the launcher makes one. */
function tokenKeys(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] });
}

class ServiceProcess implements StackProcess {
  readonly name: StackService;
  readonly internalUrl: string;
  readonly log: string[] = [];
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(name: StackService, internalUrl: string, env: Record<string, string>) {
    this.name = name;
    this.internalUrl = internalUrl;
    this.#env = env;
  }

  /** How it ended, or that it runs. */
  get exit(): string {
    const code = this.#child?.exitCode ?? this.#child?.signalCode;
    return code === null || code === undefined ? 'runs' : `ended with ${code}`;
  }

  /** Resolves once the process runs; `/readyz` tells when it is ready. */
  async start(): Promise<void> {
    const file = `services/${this.name}/dist/main.js`;
    if (!existsSync(`${root}${file}`)) throw new Error(`${file} is missing: run "npm run build" first.`);
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      cwd: root,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.log.push(...text.split('\n').filter(Boolean)));
    await once(child, 'spawn');
  }

  async stop({ kill = false }: { kill?: boolean } = {}): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit');
    child.kill(kill ? 'SIGKILL' : 'SIGTERM');
    const [code] = (await exited) as [number | null];
    return code;
  }
}
