import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Where the kernel begins to take ports for outgoing connections, where it does not say so itself. */
const USUAL_EPHEMERAL_START = 32_768;
const LOWEST = 10_240;
const FALLBACK_RANGE: [number, number] = [20_000, 32_000];
/** Processes that look for ports at the same time, e.g. of tests, mostly look in different parts of the range. */
const PARTS = 8;
/** Ports given last, which nobody may listen on yet: a system of thirty servers asks for all of them before it starts one. */
const REMEMBERED = 500;
const given = new Set<number>();

/**
 * A TCP port that nothing listens on at this moment on 127.0.0.1, outside the range that outgoing connections draw from:
 * a server that restarts finds it still free, and a client that retries meanwhile cannot connect to itself. The same
 * process is not given the same port again for a long time.
 */
export async function freePort(): Promise<number> {
  const [from, to] = partOf(listenRange());
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(from, to);
    if (given.has(port)) continue;
    remember(port);
    if (await canListen(port, '127.0.0.1')) return port;
  }
  throw new Error(`No free port between ${from} and ${to} was found in 100 attempts.`);
}

function partOf([from, to]: [number, number]): [number, number] {
  const size = Math.floor((to - from) / PARTS);
  if (size < 2 * REMEMBERED) return [from, to];
  const start = from + (process.pid % PARTS) * size;
  return [start, start + size];
}

function remember(port: number): void {
  given.add(port);
  const [oldest] = given;
  if (given.size > REMEMBERED && oldest !== undefined) given.delete(oldest);
}

/** Whether this process could listen on `port` of `host` now. Errors other than "in use" count as no. */
export function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function listenRange(): [number, number] {
  let start = USUAL_EPHEMERAL_START;
  try {
    start = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // No such file outside Linux.
  }
  return start - LOWEST > 2_000 ? [LOWEST, start] : FALLBACK_RANGE;
}
