import { keys, type Overview, type ServiceName } from '@brook/common/contracts';
import type { GatewayContext } from '../context.js';

const SERVICES: readonly ServiceName[] = ['messages', 'rooms', 'users'];

/** How many commands each service has not finished, and how long the oldest has waited, in milliseconds. */
export async function readLag({ redis, partitions }: Pick<GatewayContext, 'redis' | 'partitions'>): Promise<Overview['lag']> {
  const [seconds = '0', micros = '0'] = (await redis.time()).map(String);
  const now = Number(seconds) * 1_000 + Number(micros) / 1_000;
  return Promise.all(
    SERVICES.map(async (service) => {
      const streams = await Promise.all(
        Array.from({ length: partitions }, (_, n) => waitingOn(redis, keys.commands(service, n))),
      );
      const oldest = Math.min(now, ...streams.map(({ since }) => since ?? now));
      return { service, waiting: streams.reduce((sum, { waiting }) => sum + waiting, 0), oldestMs: Math.round(now - oldest) };
    }),
  );
}

async function waitingOn(
  redis: GatewayContext['redis'],
  stream: string,
): Promise<{ waiting: number; since: number | undefined }> {
  const [waiting, oldest] = await Promise.all([redis.xlen(stream), redis.xrange(stream, '-', '+', 'COUNT', 1)]);
  const id = oldest[0]?.[0];
  return { waiting, since: id === undefined ? undefined : Number(String(id).split('-')[0]) };
}
