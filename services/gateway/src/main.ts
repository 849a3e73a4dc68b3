import { loadConfig } from '@brook/common/config';
import { createInternalApp, type HealthCheck, listen } from '@brook/common/http';
import { type Lifecycle, runService } from '@brook/common/lifecycle';
import { createLogger, type Logger } from '@brook/common/logging';
import { createMetrics, type Registry } from '@brook/common/metrics';
import { closeRedis, connectRedis, RedisGeneration, type RedisRole } from '@brook/common/redis';
import { createApp } from './app.js';
import { Canary } from './canary/canary.js';
import { type GatewayEnv, gatewayEnv, limitsOf } from './config.js';
import { joinDeployment } from './deployment.js';
import { EraWatch } from './era-watch.js';
import { listenPublic } from './http/public-listener.js';
import { serviceReady } from './http/readiness.js';
import { createContext, createServices } from './wiring.js';
import { LiveSockets } from './ws/live-sockets.js';

/**
 * Starts the gateway; whatever is started registers its stop, so that the last started stops first: sockets are drained while commands
 * are still answered, then HTTP closes, then the feeds and Redis.
 */
async function start(env: GatewayEnv, logger: Logger, lifecycle: Lifecycle): Promise<void> {
  const metrics = createMetrics('gateway');
  const checks: HealthCheck[] = [{ name: 'gateway', check: () => refuseUnless(started && !lifecycle.stopping) }];
  let started = false;
  // First of all, so that an orchestrator can tell a gateway that waits for its services from a dead one.
  const internalApp = createInternalApp({ logger, metrics, internalKey: env.INTERNAL_KEY, checks });
  const internal = await listen(internalApp, { host: env.INTERNAL_HOST, port: env.INTERNAL_PORT });
  lifecycle.onStop('internal http', () => internal.close());

  const services = createServices(env);
  const waiting = { configured: env.PARTITIONS, going: () => !lifecycle.stopping, logger };
  const deployment = await joinDeployment(services, waiting);
  const era = new EraWatch(services.messages, deployment.era, logger);
  era.start();
  lifecycle.onStop('era', () => era.stop());

  const connect = (role: RedisRole) => connectRedis(env, role, logger);
  const redis = connect('commands');
  const producer = connect('producer');
  lifecycle.onStop('redis', () => [redis, producer].forEach(closeRedis));
  const generation = new RedisGeneration(redis, logger, deployment.era);
  era.onChange((next) => generation.enterEra(next));
  const { partitions } = deployment;
  const context = createContext({ env, services, redis, producer, generation, partitions, logger });
  lifecycle.onStop('commands', () => context.bus.close());

  const live = new LiveSockets({ context, limits: limitsOf(env), era, connect, metrics });
  lifecycle.onStop('live sockets', () => live.stop());
  await live.start();

  checks.push({ name: 'redis', check: async () => void (await redis.ping()) }, { name: 'events', check: () => live.check() });
  checks.push(serviceReady('messages', env.MESSAGES_URL), serviceReady('rooms', env.ROOMS_URL));
  checks.push(serviceReady('users', env.USERS_URL));
  const app = createApp({ context, checks, webRoot: env.WEB_ROOT, widgetRoot: env.WIDGET_ROOT });
  const front = await listenPublic(app, { host: env.HOST, port: env.PORT });
  lifecycle.onStop('public http', () => front.close());
  for (const server of front.servers) live.attach(server);
  lifecycle.onStop('drain', () => live.drain());
  startCanary(env, { port: front.port, metrics, logger, lifecycle });
  started = true;
  logger.info({ port: front.port }, 'listening');
}

interface CanaryPlace {
  port: number;
  metrics: Registry;
  logger: Logger;
  lifecycle: Lifecycle;
}

/** Where an account for it is configured. It stops before the sockets drain, while its room can still be taken away. */
function startCanary(env: GatewayEnv, { port, metrics, logger, lifecycle }: CanaryPlace): void {
  const { HOST = '127.0.0.1', CANARY_USERNAME: username, CANARY_PASSWORD: password } = env;
  if (username === undefined || password === undefined) return;
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const canary = new Canary({ url, account: { username, password }, metrics, logger });
  canary.start();
  lifecycle.onStop('canary', () => canary.stop());
}

function refuseUnless(well: boolean): void {
  if (!well) throw new Error('is starting or stopping');
}

const logger = createLogger({ service: 'gateway', level: 'info' });
await runService(logger, async (lifecycle) => {
  const env = loadConfig(gatewayEnv);
  logger.level = env.LOG_LEVEL;
  await start(env, logger, lifecycle);
});
