import type { DialectName } from '../load/dialect.js';
import type { ProcessTree } from '../measure/processes.js';

/** A system under load. */
export interface Target {
  name: DialectName;
  /** Everything that serves: Redis and Postgres included. */
  trees: ProcessTree[];
  /** Ports of the processes that take connections. */
  ports: number[];
  /** Makes rooms. @returns their names */
  rooms(count: number): Promise<string[]>;
  /**
   * Makes people who may connect; each a member of the room given, where there is one.
   * @returns tokens, undefined where the system knows none
   */
  people(rooms: (string | undefined)[]): Promise<(string | undefined)[]>;
  /** Makes the next join of every room read the database; nothing where there is no cache. */
  chill(): Promise<void>;
  /** Starts the processes anew on their data, so that no memory tells of what was made; nothing where nothing is made. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

/** How a system is called in reports. */
export const TITLES: Record<DialectName, string> = { brook: 'Brook', ws: 'bare ws', socketio: 'Socket.IO' };
