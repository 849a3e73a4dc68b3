import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Where the kernel begins to take ports for outgoing connections, where it does not say so itself. */
const USUAL_EPHEMERAL_START = 32_768;
const LOWEST = 10_240;
const FALLBACK_RANGE: [number, number] = [20_000, 32_000];
/** Ports given last, which nobody may listen on yet: a system of thirty servers asks for all of them before it starts one. */
const REMEMBERED = 500;
/** Ports given, each with its mark. */
const given = new Map<number, Socket | undefined>();

/**
 * A TCP port that nothing listens on at this moment on 127.0.0.1, outside the range that outgoing connections draw from:
 * a server that restarts finds it still free, and a client that retries meanwhile cannot connect to itself. While this
 * process lives, neither it nor another process that asks here is given the same port again for a long time.
 */
export async function freePort(): Promise<number> {
  const [from, to] = listenRange();
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(from, to);
    if (given.has(port)) continue;
    const marked = await mark(port);
    if (marked === 'taken') continue;
    remember(port, marked);
    if (await canListen(port, '127.0.0.1')) return port;
  }
  throw new Error(`No free port between ${from} and ${to} was found in 100 attempts.`);
}

/**
 * Marks a port for all processes of this machine until this one ends, by the UDP port of the same number: seconds may pass
 * before somebody listens on the TCP port. Where UDP cannot be had there is no mark.
 */
function mark(port: number): Promise<Socket | 'taken' | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code === 'EADDRINUSE' ? 'taken' : undefined);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(socket));
  });
}

function remember(port: number, marked: Socket | undefined): void {
  given.set(port, marked);
  const [oldest] = given.keys();
  if (given.size <= REMEMBERED || oldest === undefined) return;
  given.get(oldest)?.close();
  given.delete(oldest);
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
