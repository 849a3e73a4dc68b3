import {
  checkEmbeddedPostgres,
  lockFolder,
  openDataFolder,
  openSecrets,
  randomPassword,
  type RunningServer,
  type Supervised,
} from '@brook/common/embedded';
import type { LaunchLog } from './launch-log.js';
import { checkDisk, checkPort } from './preflight.js';
import { type RuntimeFacts, writeRuntime } from './runtime-file.js';
import { answersOk, startService } from './service-process.js';
import { internalUrl, pickPorts, SERVICE_NAMES, type ServiceName, serviceEnvironment } from './services.js';
import type { Settings } from './settings.js';
import { openStores } from './stores.js';
import { makeTokenKeys } from './token-keys.js';

/**
 * The whole system on this machine. `start` brings it up in order, `stop` takes down in reverse order whatever is up,
 * also in the middle of a start.
 */
export class Launcher {
  private readonly settings: Settings;
  private readonly log: LaunchLog;
  private readonly abort = new AbortController();
  private readonly release: (() => void)[] = [];
  private readonly stores: RunningServer[] = [];
  private readonly services = new Map<ServiceName, Supervised>();
  private starting: Promise<RuntimeFacts> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(settings: Settings, log: LaunchLog) {
    this.settings = settings;
    this.log = log;
  }

  /** Resolves when the public port answers that the whole path works. Throws StartupError; call `stop` after it. */
  start(): Promise<RuntimeFacts> {
    this.starting ??= this.begin();
    return this.starting;
  }

  /** Gateway, then the other services, then Redis and Postgres; each bounded in time. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async begin(): Promise<RuntimeFacts> {
    const { dataDir, port, hosts } = this.settings;
    await this.checks();
    const secrets = openSecrets(dataDir);
    const shared = {
      internalKey: process.env['INTERNAL_KEY'] || secrets.once('internalKey', randomPassword),
      tokenKeys: process.env['TOKEN_KEYS'] || secrets.once('tokenKeys', makeTokenKeys),
    };
    const stores = await openStores(
      this.settings,
      (name) => ({ folder: dataDir, secrets, announce: this.log.say, ...this.log.watching(name) }),
      (server) => this.stores.push(server),
    );
    const ports = await pickPorts();
    const environment = (name: ServiceName) =>
      serviceEnvironment(name, { settings: this.settings, stores, secrets: shared, ports });
    const run = async (name: ServiceName) => {
      this.abort.signal.throwIfAborted();
      const readyUrl = `${internalUrl(ports[name])}/readyz`;
      const process = { name, env: environment(name), readyUrl, abort: this.abort.signal, ...this.log.watching(name) };
      this.services.set(name, await startService(process));
    };
    await allOrFirstFailure(SERVICE_NAMES.filter((name) => name !== 'gateway').map(run), () => this.abort.abort());
    await run('gateway');
    await answersOk('gateway', `${publicUrl(hosts, port)}/readyz`, this.abort.signal);
    const facts: RuntimeFacts = {
      url: `http://localhost:${port}`,
      services: {
        users: internalUrl(ports.users),
        rooms: internalUrl(ports.rooms),
        messages: internalUrl(ports.messages),
        gateway: internalUrl(ports.gateway),
      },
      internalKey: shared.internalKey,
      databaseUrl: stores.databaseUrl,
      redisUrl: stores.redisUrl ?? null,
      redisClusterNodes: stores.redisClusterNodes ?? null,
    };
    this.release.push(writeRuntime(dataDir, facts));
    return facts;
  }

  /** Everything that can refuse a start, before anything is touched. */
  private async checks(): Promise<void> {
    const { dataDir, port, hosts, databaseUrl } = this.settings;
    checkDisk(dataDir);
    openDataFolder(dataDir);
    this.release.push(lockFolder(dataDir));
    await checkPort(port, hosts);
    if (databaseUrl === undefined) checkEmbeddedPostgres(dataDir);
  }

  private async end(): Promise<void> {
    this.abort.abort();
    await Promise.allSettled([this.starting]);
    await this.services.get('gateway')?.stop();
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    await Promise.all(this.stores.map((server) => server.stop()));
    for (const release of this.release.reverse()) release();
  }
}

/** Waits for all, so that none is left half started; the first failure aborts the others and is the one thrown. */
async function allOrFirstFailure(tasks: Promise<void>[], abort: () => void): Promise<void> {
  let first: { reason: unknown } | undefined;
  await Promise.all(
    tasks.map((task) =>
      task.catch((reason: unknown) => {
        first ??= { reason };
        abort();
      }),
    ),
  );
  if (first) throw first.reason;
}

function publicUrl(hosts: string[], port: number): string {
  const [host = '127.0.0.1'] = hosts;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
