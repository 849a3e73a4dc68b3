import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { CLOSE, type CloseReason, LIMITS } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { problemOf } from '@brook/common/http';
import { newUuid } from '@brook/common/ids';
import { WebSocketServer } from 'ws';
import { closeLabel } from '../fanout/metrics.js';
import { SlotCounter } from '../limits/slot-counter.js';
import { Connection, type ConnectionShared } from './connection.js';
import { Conversation } from './conversation.js';
import { startHeartbeat } from './heartbeat.js';
import { LimitedSocket } from './limited-socket.js';
import type { SocketContext } from './socket-context.js';
import { refuseUpgrade, SUBPROTOCOL } from './upgrade-rules.js';

/** Waves in which a drain closes sockets, so that not all clients come back at once. */
const WAVES = 10;
const WAVE_MS = 250;
/** Fewer sockets than this go in one wave. */
const ONE_WAVE = 20;
/** A slot of an address is free again when one of its sockets closes: nobody knows when. */
const SOCKETS_RETRY_MS = 5_000;
/** Time for the last sockets to end after a drain. */
const LAST_MS = 1_000;

/** Takes sockets in at /ws and sees them off again. */
export class SocketServer {
  readonly #context: SocketContext;
  readonly #perIp: SlotCounter;
  readonly #connections = new Set<Connection>();
  readonly #wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIMITS.frameBytes,
    handleProtocols: () => SUBPROTOCOL,
    WebSocket: LimitedSocket,
  });
  readonly #shared: ConnectionShared;
  #draining = false;

  constructor(context: SocketContext) {
    this.#context = context;
    const { wheel, flushes, metrics } = context;
    this.#shared = { wheel, flushes, onSlow: () => metrics.slowConsumers.inc() };
    this.#perIp = new SlotCounter(context.limits.socketsPerIp);
  }

  /** Serves upgrades of an HTTP server, on whose port REST lives too. */
  attach(server: Server): void {
    server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(req, socket, head));
  }

  /** Open sockets. */
  get size(): number {
    return this.#connections.size;
  }

  /** Takes nobody new, says goodbye to everybody, then closes 4001 in waves; ends when all sockets have. */
  async drain(reason = 'the server restarts'): Promise<void> {
    this.#draining = true;
    const all = [...this.#connections];
    const waves = all.length <= ONE_WAVE ? 1 : WAVES;
    for (const connection of all) {
      const reconnectAfterMs = Math.round(Math.random() * waves * WAVE_MS);
      connection.send({ type: 'goodbye', reason, reconnectAfterMs });
    }
    for (let wave = 0; wave < waves; wave++) {
      if (wave > 0) await pause(WAVE_MS);
      for (let i = wave; i < all.length; i += waves) all[i]?.close(CLOSE.goingAway);
    }
    for (const deadline = performance.now() + LAST_MS; this.size > 0 && performance.now() < deadline; ) await pause(20);
    for (const connection of this.#connections) connection.terminate();
  }

  /** Closes every socket at once. */
  closeAll(reason: CloseReason): void {
    for (const connection of this.#connections) connection.close(reason);
  }

  #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (err) => this.#context.logger.debug({ err }, 'a socket failed'));
    const { origins, remote } = this.#context;
    const refusal = refuseUpgrade(req, { permitsOrigin: (request) => origins.permits(request), draining: this.#draining });
    if (refusal) {
      refuse(socket, refusal);
      return;
    }
    const ip = remote.ip(req);
    if (!this.#perIp.take(ip)) {
      refuse(socket, new AppError('rate_limited', 'too many sockets of this address', { retryAfterMs: SOCKETS_RETRY_MS }));
      return;
    }
    // It comes once; `once` would keep four objects more for every socket.
    socket.on('close', () => this.#perIp.free(ip));
    this.#wss.handleUpgrade(req, socket, head, (ws) => this.#connected(ws, socket, ip));
  }

  #connected(ws: LimitedSocket, socket: Duplex, ip: string): void {
    const { wheel, metrics, heartbeatMs, logger } = this.#context;
    const connection = new Connection({ id: newUuid(), ip }, ws, socket, this.#shared);
    const conversation = new Conversation(connection, this.#context);
    const heartbeat = startHeartbeat(connection, wheel, heartbeatMs);
    this.#connections.add(connection);
    metrics.sockets.inc();
    const heard = () => {
      connection.heardAt = performance.now();
    };
    ws.on('pong', heard);
    ws.on('ping', heard);
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      heard();
      if (isBinary) conversation.binary();
      else conversation.text(data.toString('utf8'));
    });
    ws.on('error', (err: Error) => {
      logger.debug({ err, connection: connection.id }, 'a frame broke the rules of WebSocket');
      // The library has sent its close frame; this only sees to it that the socket ends.
      connection.close(CLOSE.protocolError);
    });
    ws.on('close', (code: number) => {
      heartbeat.cancel();
      conversation.ended();
      this.#connections.delete(connection);
      metrics.sockets.dec();
      metrics.closes.inc({ code: closeLabel(code) });
    });
  }
}

/** Answers an upgrade that is refused with the problem that REST would answer. */
function refuse(socket: Duplex, error: AppError): void {
  const { headers, body } = problemOf(error, newUuid());
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': Buffer.byteLength(body) });
  const head = [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
