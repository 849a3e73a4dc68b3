import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { WorkQueue } from './work-queue.js';

/** argon2id (the library's default kind) with 19 MiB, two passes, one lane: a minimum that OWASP recommends. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Jobs that may wait for each running one: at 35 ms a job, as on a slow core, the last waits less than the caller's 5 s. */
const WAITING_PER_RUNNING = 96;

/**
 * Hashes and checks passwords. Each job takes a thread of libuv's pool and 19 MiB for tens of milliseconds, so only as
 * many run at once as there are cores (never the whole pool of four), and past a bounded queue they are refused.
 */
export class PasswordHasher {
  readonly #queue: WorkQueue;
  readonly #dummy: string;

  private constructor(dummy: string, queue: WorkQueue) {
    this.#dummy = dummy;
    this.#queue = queue;
  }

  /** Makes the hash that unknown names are checked against. `running` is meant for tests. */
  static async create(
    running = Math.min(availableParallelism(), 3),
    waiting = running * WAITING_PER_RUNNING,
  ): Promise<PasswordHasher> {
    return new PasswordHasher(await hash(randomBytes(32), COST), new WorkQueue({ running, waiting }));
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** The password's hash in PHC form. @throws AppError `overloaded` */
  hash(password: string): Promise<string> {
    return this.#queue.run(() => hash(normalize(password), COST));
  }

  /**
   * Whether the password fits the hash. Without a hash the answer is false after the same work, so that time does not
   * tell whether an account exists.
   * @throws AppError `overloaded`
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const fits = await this.#queue.run(() => verify(stored ?? this.#dummy, normalize(password)));
    return fits && stored !== null;
  }
}

/** One form for what is typed alike: keyboards differ in whether they compose accents and Hangul. */
const normalize = (password: string) => password.normalize('NFC');
