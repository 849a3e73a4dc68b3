import { keys, type ServiceName } from '@brook/common/contracts';
import { countCommands } from '@brook/common/streams';
import { OWNERS, readPartitions } from './owner-schemas.js';
import type { ReachedStores } from './reach-stores.js';

/** One service's partition as it stands. */
export interface PartitionState {
  service: ServiceName;
  partition: number;
  /** Replica that holds it; null when nobody does. */
  owner: string | null;
  /** Rises with every take-over. */
  epoch: number;
  /** Unfinished commands. */
  backlog: number;
  /** Age of the oldest of them by Redis' clock, in milliseconds; null without any. */
  oldestMs: number | null;
  deadLetters: number;
}

/** Every partition of every service. @throws StartupError when the database is not Brook's */
export async function reportPartitions(stores: ReachedStores): Promise<{ partitions: number; states: PartitionState[] }> {
  const partitions = await readPartitions(stores.sql);
  const [seconds, micros] = await stores.redis.time();
  const now = Number(seconds) * 1_000 + Number(micros) / 1_000;
  const states: PartitionState[] = [];
  for (const service of OWNERS) {
    const leases = await readLeases(stores, service);
    for (let partition = 0; partition < partitions; partition++) {
      const lease = leases.get(partition);
      states.push({
        service,
        partition,
        owner: lease?.owner || null,
        epoch: Number(lease?.epoch ?? 0),
        ...(await readStreams(stores, service, partition, now)),
      });
    }
  }
  return { partitions, states };
}

async function readLeases({ sql }: ReachedStores, service: ServiceName) {
  const { rows } = await sql.query<{ partition: number; owner: string; epoch: string }>(
    `SELECT partition, owner, epoch FROM ${service}.leases`,
  );
  return new Map(rows.map((row) => [row.partition, row]));
}

async function readStreams({ redis }: ReachedStores, service: ServiceName, partition: number, now: number) {
  const { pending, oldestAt } = await countCommands(redis, keys.commands(service, partition));
  return {
    backlog: pending,
    oldestMs: oldestAt === undefined ? null : Math.max(0, Math.round(now - oldestAt)),
    deadLetters: await redis.xlen(keys.deadLetters(service, partition)),
  };
}
