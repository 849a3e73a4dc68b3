import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keys } from '@brook/common/contracts';
import { freePort, openSecrets, type RunningServer, startEmbeddedPostgres } from '@brook/common/embedded';
import { eventually, makeServerFolder } from '@brook/common/testing';
import { makeTokenKeys } from '@brook/infra/local';
import pg from 'pg';
import { RedisNode } from './redis-node.js';
import { Replica, type ServiceName } from './replica.js';
import { TcpProxy } from './tcp-proxy.js';

export const PARTITIONS = 2;
const OWNERS = ['users', 'rooms', 'messages'] as const;
/** A service that owns partitions. */
export type Owner = (typeof OWNERS)[number];
const SERVICES = [...OWNERS, 'gateway'] as const;
const REPLICAS = 2;
const HEALTH_MS = 500;
const POSTGRES_LINES = 12;
const FIXED = { HOST: '127.0.0.1', INTERNAL_HOST: '127.0.0.1', LIMITS: 'off', LOG_LEVEL: 'info' };

export interface SystemOptions {
  /** Puts a proxy of its own between each process and Redis (and Postgres), to be made a bad network of. */
  proxied?: boolean;
  /** A running Redis Cluster instead of the one Redis. */
  redisCluster?: { nodes: string; url: string };
  /** Further environment of every process. */
  env?: NodeJS.ProcessEnv;
}

/** The network of one process. */
export interface Links {
  redis: TcpProxy;
  postgres: TcpProxy | undefined;
}

/**
 * A whole Brook for one test file: Postgres and Redis with durability on, two replicas of each service, two gateways, each
 * a process of its own, and a balancer before each service. Nothing is restarted by itself.
 */
export class System {
  readonly folder = makeServerFolder();
  readonly replicas: Replica[] = [];
  readonly links = new Map<Replica, Links>();
  /** Proxies between clients and each gateway, where the system is `proxied`. */
  readonly fronts: TcpProxy[] = [];
  #postgres: RunningServer | undefined;
  readonly #postgresLines: string[] = [];
  #redis: RedisNode | undefined;
  /** The load balancer before each service. */
  readonly balancers = new Map<Owner, TcpProxy>();
  readonly #gatewayPorts: number[] = [];
  #pool: pg.Pool | undefined;
  #health: NodeJS.Timeout | undefined;
  #probing: Promise<unknown> = Promise.resolve();

  /** Starts everything; resolves when every process is ready. Call `stop` in any case. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const system = new System();
    try {
      await system.#start(options);
    } catch (error) {
      const said = system.describe();
      await system.stop();
      throw new Error(`The system could not be started.\n${said}`, { cause: error });
    }
    return system;
  }

  get databaseUrl(): string {
    if (!this.#postgres) throw new Error('postgres was not started');
    return this.#postgres.url;
  }

  /** The one Redis; there is none where the system runs on a Redis Cluster. */
  get redis(): RedisNode {
    if (!this.#redis) throw new Error('this system has no single redis');
    return this.#redis;
  }

  get postgresPid(): number {
    const pid = this.#postgres?.pid();
    if (pid === undefined) throw new Error('postgres is down');
    return pid;
  }

  /** Base URL of a gateway. */
  gatewayUrl(index: number): string {
    const ports = this.fronts.length > 0 ? this.fronts.map(({ port }) => port) : this.#gatewayPorts;
    return `http://127.0.0.1:${ports[index % ports.length]}`;
  }

  of(service: ServiceName): Replica[] {
    return this.replicas.filter((replica) => replica.service === service);
  }

  /** Lines of the Postgres log that match. */
  postgresSaid(pattern: RegExp): number {
    return this.#postgresLines.filter((line) => pattern.test(line)).length;
  }

  /** The replica that holds a partition by the lease table; waits until one that runs does. */
  async owner(service: Owner, partition: number): Promise<Replica> {
    return eventually(
      async () => {
        const [lease] = await this.query<{ epoch: string; owner: string }>(
          `SELECT epoch, owner FROM ${service}.leases WHERE partition = $1`,
          [partition],
        );
        if (!lease || lease.owner === '') return false;
        return this.of(service).find((replica) => replica.took(partition, Number(lease.epoch))) ?? false;
      },
      { timeout: 20_000 },
    );
  }

  /** Runs one statement on a connection of the test's own. */
  async query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    this.#pool ??= openPool(this.databaseUrl);
    return (await this.#pool.query<T>(text, values)).rows;
  }

  /** Entries of all streams of one kind; 0 on a Redis Cluster, where nobody asks. */
  async entries(kind: 'commands' | 'deadLetters'): Promise<number> {
    const redis = this.#redis;
    if (!redis) return 0;
    const streams = OWNERS.flatMap((service) => Array.from({ length: PARTITIONS }, (_, p) => keys[kind](service, p)));
    const lengths = await redis.run((client) => Promise.all(streams.map((stream) => client.xlen(stream))));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  /** Starts whatever is down and waits until every process is ready. */
  async restoreAll(): Promise<void> {
    for (const replica of this.replicas) if (!replica.running) replica.launch();
    await Promise.all(this.replicas.map((replica) => replica.ready()));
  }

  /** The last complaints of every process, for a failed test. */
  describe(): string {
    const processes = this.replicas.map(({ name, running, complaints }) =>
      [`${name} (${running ? 'runs' : 'down'})`, ...complaints].join('\n  '),
    );
    return [...processes, ['postgres', ...this.#postgresLines.slice(-POSTGRES_LINES)].join('\n  ')].join('\n');
  }

  /** Ends every process and removes all files. BROOK_FAULTS_KEEP=1 leaves the logs and says where they are. */
  async stop(): Promise<void> {
    clearInterval(this.#health);
    await this.#probing;
    await Promise.all(this.replicas.map((replica) => replica.close()));
    for (const { redis, postgres } of this.links.values()) await Promise.all([redis.close(), postgres?.close()]);
    await Promise.all([...this.balancers.values(), ...this.fronts].map((proxy) => proxy.close()));
    await this.#pool?.end();
    await Promise.all([this.#redis?.end('SIGKILL'), this.#endPostgres()]);
    if (process.env['BROOK_FAULTS_KEEP']) process.stdout.write(`Logs are kept in ${join(this.folder, 'logs')}\n`);
    else rmSync(this.folder, { recursive: true, force: true });
  }

  /** Nobody misses this data: the checkpoint of an ordered stop, long on a busy disk, is not waited for. */
  async #endPostgres(): Promise<void> {
    const pid = this.#postgres?.pid();
    const stopped = this.#postgres?.stop();
    if (pid !== undefined) process.kill(pid, 'SIGQUIT');
    await stopped;
  }

  async #start(options: SystemOptions): Promise<void> {
    mkdirSync(join(this.folder, 'logs'));
    const started = await Promise.allSettled([
      startEmbeddedPostgres({
        folder: this.folder,
        secrets: openSecrets(this.folder),
        onLine: (line) => this.#postgresLines.push(line),
      }),
      options.redisCluster ? undefined : RedisNode.launch({ folder: join(this.folder, 'redis') }),
    ]);
    const [postgres, redis] = started;
    if (postgres.status === 'fulfilled') this.#postgres = postgres.value;
    if (redis.status === 'fulfilled') this.#redis = redis.value;
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    await this.#startServices(options);
  }

  async #startServices(options: SystemOptions): Promise<void> {
    const ports = await distinctPorts(SERVICES.length * REPLICAS + REPLICAS);
    this.#gatewayPorts.push(...ports.splice(0, REPLICAS));
    const internal = Object.fromEntries(SERVICES.map((service) => [service, ports.splice(0, REPLICAS)])) as Record<
      ServiceName,
      number[]
    >;
    const urls: NodeJS.ProcessEnv = {};
    for (const service of OWNERS) {
      const targets = internal[service].map((port) => ({ port, healthy: () => this.#at(port)?.healthy ?? false }));
      const balancer = await TcpProxy.listen(targets);
      this.balancers.set(service, balancer);
      urls[`${service.toUpperCase()}_URL`] = `http://127.0.0.1:${balancer.port}`;
    }
    const common = { ...inherited(), ...FIXED, ...urls, INTERNAL_KEY: randomUUID(), TOKEN_KEYS: makeTokenKeys(), ...options.env };
    for (const service of SERVICES)
      for (const [index, internalPort] of internal[service].entries())
        await this.#add({ service, index, internalPort, common, options });
    if (options.proxied) for (const port of this.#gatewayPorts) this.fronts.push(await TcpProxy.listen([{ port }]));
    for (const replica of this.replicas) replica.launch();
    await Promise.all(this.replicas.map((replica) => replica.ready()));
    this.#health = setInterval(() => this.#watchHealth(), HEALTH_MS);
  }

  async #add({ service, index, internalPort, common, options }: Adding): Promise<void> {
    const links = options.proxied ? await this.#link(service) : undefined;
    const env = {
      ...common,
      ...(options.redisCluster
        ? { REDIS_CLUSTER_NODES: options.redisCluster.nodes, REDIS_URL: options.redisCluster.url }
        : { REDIS_URL: through(this.redis.url, links?.redis) }),
      ...(service === 'gateway'
        ? { PORT: String(this.#gatewayPorts[index]) }
        : { DATABASE_URL: through(this.databaseUrl, links?.postgres), PARTITIONS: String(PARTITIONS) }),
    };
    const replica = new Replica(service, index, { internalPort, env, logs: join(this.folder, 'logs') });
    if (links) this.links.set(replica, links);
    this.replicas.push(replica);
  }

  async #link(service: ServiceName): Promise<Links> {
    const to = (url: string) => TcpProxy.listen([{ port: Number(new URL(url).port) }]);
    return { redis: await to(this.redis.url), postgres: service === 'gateway' ? undefined : await to(this.databaseUrl) };
  }

  #at(internalPort: number): Replica | undefined {
    return this.replicas.find((replica) => replica.internalPort === internalPort);
  }

  /** What a load balancer does: a replica that is not ready gets no new connections; one that does not answer loses those it has. */
  #watchHealth(): void {
    const probe = async (replica: Replica) => {
      const before = replica.silent;
      if (replica.running) await replica.probe();
      if (!before && replica.silent) for (const balancer of this.balancers.values()) balancer.cut(replica.internalPort);
    };
    this.#probing = this.#probing.then(() => Promise.all(this.replicas.map(probe)));
  }
}

interface Adding {
  service: ServiceName;
  index: number;
  internalPort: number;
  common: NodeJS.ProcessEnv;
  options: SystemOptions;
}

/** Only what Node and tools need: limits and addresses of the surroundings must not leak in. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG };
}

function through(url: string, proxy: TcpProxy | undefined): string {
  if (!proxy) return url;
  const changed = new URL(url);
  changed.port = String(proxy.port);
  return changed.toString();
}

async function distinctPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4 });
  // An idle connection that a fault cuts also emits; the next query opens another one.
  pool.on('error', () => undefined);
  return pool;
}
