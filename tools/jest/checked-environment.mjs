import { createHook } from 'node:async_hooks';
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
    this.timers = new Map();
    this.hook = createHook({
      init: (id, type, _trigger, resource) => {
        if (type === 'Timeout') this.timers.set(id, { resource, place: new Error() });
      },
      destroy: (id) => this.timers.delete(id),
    }).enable();
  }

  async teardown() {
    const deadline = performance.now() + SETTLE_MS;
    let leaks = this.leaks();
    while (leaks.length > 0 && performance.now() < deadline) {
      await delay(20, undefined, { ref: false });
      leaks = this.leaks();
    }
    this.hook.disable();
    const places = this.timerPlaces();
    await super.teardown();
    if (leaks.length > 0)
      throw new Error(`This file left open: ${leaks.join(', ')}. Close what it opens in afterAll.\n${places.join('\n')}`);
  }

  /** Where the timers were started that still keep the process alive: a timer alone says nothing of its origin. */
  timerPlaces() {
    return [...this.timers.values()]
      .filter(({ resource }) => resource.hasRef())
      .map(({ resource, place }) => `${resource._idleTimeout} ms: ${place.stack}`);
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
