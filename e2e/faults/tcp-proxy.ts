import { createServer, connect as open, type Server, type Socket } from 'node:net';
import { freePort } from '@brook/common/embedded';

/** Where connections go. `healthy` false: passed over while another one is healthy. */
export interface Target {
  port: number;
  healthy?: () => boolean;
}

interface Pair {
  client: Socket;
  target: Socket | undefined;
}

/**
 * A small TCP proxy on loopback between two processes. It goes round its targets, tries the next one where a connect fails,
 * and can be made to behave like a bad network:
 *   blackHole     nothing passes any more, and nobody is told: no RST, no FIN; new connections hang
 *   dropReplies   what clients send arrives, what comes back is lost
 *   latencyMs     each chunk is late by this much, in both directions
 */
export class TcpProxy {
  blackHole = false;
  dropReplies = false;
  latencyMs = 0;
  /** Told of every chunk that a client sends. */
  onRequest: ((chunk: Buffer) => void) | undefined;
  readonly port: number;
  readonly #targets: Target[];
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #turn = 0;

  private constructor(port: number, targets: Target[]) {
    this.port = port;
    this.#targets = targets;
    // Half-open connections are kept: a side that has finished sending may still be sent to.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  static async listen(targets: Target[]): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freePort(), targets);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(proxy.port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** Connections that stand. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Back to an honest network; what was swallowed stays lost, so every connection that it belonged to is cut. */
  heal(): void {
    const harmed = this.blackHole || this.dropReplies;
    this.blackHole = false;
    this.dropReplies = false;
    this.latencyMs = 0;
    if (harmed) this.cut();
  }

  /** Cuts every connection, or those to one target, with a RST. */
  cut(port?: number): void {
    for (const pair of [...this.#pairs]) if (port === undefined || pair.target?.remotePort === port) this.#end(pair);
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    const pair: Pair = { client, target: undefined };
    this.#pairs.add(pair);
    client.on('error', () => this.#end(pair));
    client.on('close', () => this.#end(pair));
    client.pause();
    if (!this.blackHole) this.#dial(pair, this.#order());
  }

  /** All targets, the next in turn first, the healthy ones before the others. */
  #order(): Target[] {
    const turn = this.#turn++;
    const round = this.#targets.map((_, i) => this.#targets[(turn + i) % this.#targets.length] as Target);
    const sick = (target: Target) => (target.healthy?.() === false ? 1 : 0);
    return round.sort((a, b) => sick(a) - sick(b));
  }

  #dial(pair: Pair, [first, ...others]: Target[]): void {
    if (!first) return this.#end(pair);
    const target = open({ port: first.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let connected = false;
    target.once('connect', () => {
      connected = true;
      if (!this.#pairs.has(pair)) {
        target.destroy();
        return;
      }
      pair.target = target;
      pair.client.on('data', (chunk: Buffer) => this.onRequest?.(chunk));
      this.#pipe(pair, pair.client, target, () => this.blackHole);
      this.#pipe(pair, target, pair.client, () => this.blackHole || this.dropReplies);
    });
    target.on('error', () => {
      if (connected) this.#end(pair);
      else if (this.#pairs.has(pair)) this.#dial(pair, others);
    });
    target.on('close', () => {
      if (connected) this.#end(pair);
    });
  }

  #pipe(pair: Pair, from: Socket, to: Socket, lost: () => boolean): void {
    const pass = (act: () => void) => {
      if (lost()) return;
      if (this.latencyMs === 0) act();
      else setTimeout(() => this.#pairs.has(pair) && !lost() && act(), this.latencyMs);
    };
    from.on('data', (chunk) => pass(() => void to.write(chunk)));
    from.on('end', () => pass(() => to.end()));
    from.resume();
  }

  #end(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    for (const socket of [pair.client, pair.target]) {
      if (!socket || socket.destroyed) continue;
      // Node cannot reset a socket that has begun to shut down, and would leave its handle open for ever.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}
