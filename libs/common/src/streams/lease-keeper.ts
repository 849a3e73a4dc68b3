import type { Logger } from '../logging/index.js';
import type { HeldLease, LeaseRow, LeaseStore } from './lease.js';
import { preferredReplica } from './rendezvous.js';

/*
 * Who works on which partition.
 *
 *   free (owner '')     the preferred replica takes it at once, any other one after FREE_GRACE_MS
 *   held by another     watched: when (epoch, beat) has not changed for STALE_MS of our own monotonic clock, its
 *                       owner is dead or paused, and we take it over under the next epoch
 *   held by us          kept alive by raising beat; given up (work finished, then released) when another live
 *                       replica is preferred; lost when the table says so
 *
 * Preference is rendezvous hashing over the replicas that beat; it decides shares, never safety. Safety is the epoch,
 * which every write checks: a replica that believes it holds a lease which it has lost is refused by the database.
 */

const LOOK_MS = 300;
const BEAT_MS = 1_200;
const STALE_MS = 10_000;
const FREE_GRACE_MS = 2_000;

/** Starts and stops the work on a partition. */
export interface PartitionWork {
  start(lease: HeldLease): void;
  /** Finishes or abandons what is in hand; resolves when nothing more will be written. */
  stop(partition: number): Promise<void>;
}

export interface LeaseKeeperOptions {
  store: LeaseStore;
  /** Unique per process start. */
  owner: string;
  partitions: number;
  work: PartitionWork;
  logger: Logger;
  onChange?: (change: 'taken' | 'released' | 'lost') => void;
}

/** Something observed in the table, and since when it has not changed, by our own clock. */
interface Sighting {
  mark: string;
  since: number;
}

export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<number, HeldLease>();
  readonly #leases = new Map<number, Sighting>();
  readonly #replicas = new Map<string, Sighting>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  #nextBeat = 0;
  #lastSuccess = Number.NEGATIVE_INFINITY;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.store.prepare(this.#options.partitions);
    this.#schedule(0);
  }

  /** Partitions held now. */
  get held(): ReadonlyMap<number, HeldLease> {
    return this.#held;
  }

  /** @throws when the lease table could not be read for a while, so that readiness tells */
  check(): void {
    if (performance.now() - this.#lastSuccess > STALE_MS) throw new Error('the lease table cannot be reached');
  }

  /** The database refused a write of ours: stop that partition's work now. */
  lost(lease: HeldLease): void {
    if (this.#held.get(lease.partition)?.epoch !== lease.epoch) return;
    this.#held.delete(lease.partition);
    this.#options.onChange?.('lost');
    this.#options.logger.warn({ partition: lease.partition, epoch: lease.epoch }, 'lease lost');
    this.#options.work
      .stop(lease.partition)
      .catch((err: unknown) => this.#options.logger.error({ err }, 'could not stop a partition'));
  }

  /** Finishes all work and releases everything, so that others take over at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    // First, so that nobody who meets a released partition waits for this replica to take it back.
    await this.#options.store.forget([this.#options.owner]);
    await Promise.all([...this.#held.values()].map((lease) => this.#giveUp(lease)));
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#tick()
        .catch((err: unknown) => this.#options.logger.warn({ err }, 'could not look after the leases'))
        .finally(() => this.#schedule(LOOK_MS));
    }, delay);
  }

  async #tick(): Promise<void> {
    const now = performance.now();
    if (now >= this.#nextBeat) {
      this.#nextBeat = now + BEAT_MS;
      await this.#beat();
      // Who holds everything has nothing to wait for; what is taken away is seen at the next beat.
    } else if (this.#held.size < this.#options.partitions) {
      const rows = await this.#options.store.list();
      // Whoever released a partition may have gone: who is preferred now is not to be told from an older look.
      if (rows.some((row) => row.owner === '')) await this.#beat();
      else for (const row of rows) await this.#decide(row);
    } else return;
    this.#lastSuccess = performance.now();
  }

  async #beat(): Promise<void> {
    const { leases, held, replicas } = await this.#options.store.beat(this.#options.owner);
    this.#confirm(held);
    await this.#watchReplicas(replicas);
    for (const row of leases) await this.#decide(row);
  }

  /** Whatever the table no longer says is ours is lost. */
  #confirm(epochs: Map<number, number>): void {
    for (const lease of [...this.#held.values()]) if (epochs.get(lease.partition) !== lease.epoch) this.lost(lease);
  }

  async #watchReplicas(beats: Map<string, number>): Promise<void> {
    for (const id of [...this.#replicas.keys()]) if (!beats.has(id)) this.#replicas.delete(id);
    for (const [id, beat] of beats) sight(this.#replicas, id, String(beat));
    const dead = [...this.#replicas].filter(
      ([id, { since }]) => id !== this.#options.owner && performance.now() - since > STALE_MS,
    );
    for (const [id] of dead) this.#replicas.delete(id);
    await this.#options.store.forget(dead.map(([id]) => id));
  }

  async #decide(row: LeaseRow): Promise<void> {
    const { owner } = this.#options;
    const age = sight(this.#leases, row.partition, `${row.epoch}:${row.beat}`);
    const preferred = preferredReplica(row.partition, this.#replicas.keys());
    const held = this.#held.get(row.partition);
    if (held && held.epoch === row.epoch && row.owner === owner) {
      if (preferred !== undefined && preferred !== owner) await this.#giveUp(held);
      return;
    }
    if (held) this.lost(held);
    const free = row.owner === '';
    const mine = free ? preferred === owner || age > FREE_GRACE_MS : row.owner === owner || age > STALE_MS;
    if (mine) await this.#take(row);
  }

  async #take(row: LeaseRow): Promise<void> {
    const lease = await this.#options.store.take(row, this.#options.owner);
    if (!lease) return;
    this.#held.set(lease.partition, lease);
    this.#options.logger.info(
      { partition: lease.partition, epoch: lease.epoch, from: row.owner || null },
      'partition taken over',
    );
    this.#options.onChange?.('taken');
    this.#options.work.start(lease);
  }

  async #giveUp(lease: HeldLease): Promise<void> {
    await this.#options.work.stop(lease.partition);
    this.#held.delete(lease.partition);
    await this.#options.store.release(lease);
    this.#options.onChange?.('released');
    this.#options.logger.info({ partition: lease.partition, epoch: lease.epoch }, 'partition released');
  }
}

/** Notes what is seen of `key`. @returns milliseconds for which it has not changed */
function sight<K>(sightings: Map<K, Sighting>, key: K, mark: string): number {
  const now = performance.now();
  const before = sightings.get(key);
  if (before?.mark === mark) return now - before.since;
  sightings.set(key, { mark, since: now });
  return 0;
}
