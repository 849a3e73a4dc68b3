import { createHook } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** What keeps a process alive and belongs to whoever opened it; timers are watched one by one. */
const WATCHED = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap', 'UDPWrap', 'FSEventWrap', 'Worker'];
/** Closing takes a few turns of the event loop. */
const SETTLE_MS = 2_000;
/** Jest's own timers, e.g. of its reporters, come and go in the same process where files run one after another. */
const OF_JEST = /node_modules\/(@jest|jest-[a-z]+)\//;

/** Jest's node environment, which fails a test file that leaves a socket, listener, process or timer behind. */
export default class CheckedEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.before = countResources();
    this.timers = new Map();
    this.hook = createHook({
      init: (id, type, _trigger, resource) => {
        if (type === 'Timeout') this.timers.set(id, { resource, origin: new Error() });
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
    await super.teardown();
    if (leaks.length > 0) throw new Error(`This file left open: ${leaks.join(', ')}. Close what it opens in afterAll.`);
  }

  /**
   * Whether a function was made by another file of the same process: neither in this file's realm nor in Node's own. ioredis,
   * for one, closes a Cluster's last connection for its slots only when that has failed or answered, after its file has ended.
   */
  foreign(call) {
    return !(call instanceof this.global.Function) && !(call instanceof Function);
  }

  leaks() {
    const now = countResources();
    const more = WATCHED.filter((kind) => (now[kind] ?? 0) > (this.before[kind] ?? 0));
    return [...more.map((kind) => `${(now[kind] ?? 0) - (this.before[kind] ?? 0)} ${kind}`), ...this.openTimers()];
  }

  /** Timers of this file that still keep the process alive, each with the place where it was started. */
  openTimers() {
    return [...this.timers.values()]
      .filter(({ resource }) => resource.hasRef() && !this.foreign(resource._onTimeout))
      .map(({ resource, origin }) => ({ ms: resource._idleTimeout, calls: callsBefore(origin) }))
      .filter(({ calls }) => !OF_JEST.test(calls[0] ?? ''))
      .map(({ ms, calls }) => `a timer of ${ms} ms, started\n${calls.join('\n')}\n`);
  }
}

/** The calls that led to a timer, the last one first, without Node's own. */
function callsBefore(error) {
  return error.stack.split('\n').filter((line) => line.includes(' at ') && !/node:|checked-environment/.test(line));
}

function countResources() {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
