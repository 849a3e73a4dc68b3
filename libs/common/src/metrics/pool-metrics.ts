import { Gauge, type Registry } from 'prom-client';

/** What a pool of database connections tells of itself, as `pg.Pool` does. */
export interface WatchedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { max?: number | undefined };
}

/** Registers the figures of a pool; they are read when they are asked for. */
export function watchPool(registry: Registry, pool: WatchedPool): void {
  new Gauge({
    name: 'brook_db_pool_connections',
    help: 'Connections to Postgres: busy, idle, and the most there may be',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'max' }, pool.options.max ?? 0);
    },
  });
  new Gauge({
    name: 'brook_db_pool_waiting',
    help: 'Queries that wait for a connection to Postgres',
    registers: [registry],
    collect() {
      this.set(pool.waitingCount);
    },
  });
}
