import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '@brook/common/config';
import type { ServiceMeta } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';

/** What all services of this deployment agree on. */
export interface Deployment {
  partitions: number;
  /** The life of the messages database; clients void their cursors when it changes. */
  era: string;
}

const RETRY_MS = 500;
const REMIND_EVERY = 20;

/**
 * Asks every service how the deployment is cut, and waits for those that do not answer yet, for as long as `going` says.
 * @throws ConfigError when two of them, or this gateway's PARTITIONS, disagree
 */
export async function joinDeployment(
  services: Record<'messages' | 'rooms' | 'users', InternalClient>,
  { configured, going, logger }: { configured: number | undefined; going: () => boolean; logger: Logger },
): Promise<Deployment> {
  const metas = await Promise.all(
    Object.entries(services).map(([name, client]) => askUntilAnswered(name, client, { going, logger })),
  );
  const sizes = metas.map(({ service, partitions }) => `${service} ${partitions}`);
  if (configured !== undefined) sizes.push(`PARTITIONS ${configured}`);
  const [first] = metas as [ServiceMeta, ...ServiceMeta[]];
  if (new Set(metas.map(({ partitions }) => partitions).concat(configured ?? [])).size > 1)
    throw new ConfigError(
      `The services disagree on the number of partitions: ${sizes.join(', ')}. Start them all with the same PARTITIONS.`,
    );
  return { partitions: first.partitions, era: first.era };
}

async function askUntilAnswered(
  name: string,
  client: InternalClient,
  { going, logger }: { going: () => boolean; logger: Logger },
): Promise<ServiceMeta> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await client.request<ServiceMeta>('/meta', { timeoutMs: 2_000 });
    } catch (err) {
      if (!going()) throw err;
      if (attempt % REMIND_EVERY === REMIND_EVERY - 1) logger.warn({ err, name }, 'still waiting for a service');
      await delay(RETRY_MS);
    }
  }
}
