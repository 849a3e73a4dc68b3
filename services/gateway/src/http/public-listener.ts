import type { RequestListener, Server } from 'node:http';
import { type Listening, listen } from '@brook/common/http';

/** The public port on one or two addresses. */
export interface PublicListener {
  servers: Server[];
  port: number;
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens on `host`, or, when none is given, on loopback, v4 and v6, on one port. A machine without IPv6 gets v4 only.
 * @throws when the port is taken
 */
export async function listenPublic(
  app: RequestListener,
  { host, port }: { host: string | undefined; port: number },
): Promise<PublicListener> {
  if (host !== undefined) return together([await listen(app, { host, port })]);
  const first = await listen(app, { host: '127.0.0.1', port });
  try {
    return together([first, await listen(app, { host: '::1', port: first.port })]);
  } catch (err) {
    if (isWithoutIPv6(err)) return together([first]);
    await first.close(0);
    throw err;
  }
}

const isWithoutIPv6 = (err: unknown): boolean =>
  err instanceof Error && 'code' in err && (err.code === 'EADDRNOTAVAIL' || err.code === 'EAFNOSUPPORT');

const together = (listening: Listening[]): PublicListener => ({
  servers: listening.map(({ server }) => server),
  port: listening[0]?.port ?? 0,
  close: async (graceMs) => void (await Promise.all(listening.map((each) => each.close(graceMs)))),
});
