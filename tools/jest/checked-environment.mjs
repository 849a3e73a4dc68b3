import { setTimeout as delay } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** What keeps a process alive and belongs to whoever opened it. */
const WATCHED = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'Timeout', 'UDPWrap', 'FSEventWrap', 'Worker'];
/** Closing takes a few turns of the event loop. */
const SETTLE_MS = 2_000;

/** Jest's node environment, which fails a test file that leaves a socket, listener, process or timer behind. */
export default class CheckedEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.before = countResources();
  }

  async teardown() {
    const deadline = performance.now() + SETTLE_MS;
    let leaks = this.leaks();
    while (leaks.length > 0 && performance.now() < deadline) {
      await delay(20, undefined, { ref: false });
      leaks = this.leaks();
    }
    await super.teardown();
    if (leaks.length > 0) throw new Error(`This file left open: ${leaks.join(', ')}. Close what it opens in afterAll.`);
  }

  leaks() {
    const now = countResources();
    return WATCHED.filter((kind) => (now[kind] ?? 0) > (this.before[kind] ?? 0)).map(
      (kind) => `${(now[kind] ?? 0) - (this.before[kind] ?? 0)} ${kind}`,
    );
  }
}

function countResources() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
