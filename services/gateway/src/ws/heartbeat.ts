import { CLOSE } from '@brook/common/contracts';
import type { Connection } from './connection.js';
import type { Deadline, DeadlineWheel } from './deadline-wheel.js';

/** Intervals of silence after which a peer counts as gone. */
const SILENT_INTERVALS = 2;

/**
 * Pings a socket every interval and closes it 4009 when nothing at all was heard of it for two. Runs on the wheel that
 * all sockets share. @returns what ends it
 */
export function startHeartbeat(connection: Connection, wheel: DeadlineWheel, intervalMs: number): Deadline {
  let deadline: Deadline;
  let pingAt = performance.now() + intervalMs;
  const look = () => {
    const now = performance.now();
    const silentAt = connection.heardAt + SILENT_INTERVALS * intervalMs;
    if (now >= silentAt) {
      connection.close(CLOSE.heartbeatLost);
      return;
    }
    if (now >= pingAt) {
      connection.ping();
      pingAt = now + intervalMs;
    }
    deadline = wheel.after(Math.min(pingAt, silentAt) - now, look);
  };
  deadline = wheel.after(intervalMs, look);
  return { cancel: () => deadline.cancel() };
}
