import type { IncomingMessage } from 'node:http';
import { AppError } from '@brook/common/errors';

export const SUBPROTOCOL = 'brook.v1';
export const SOCKET_PATH = '/ws';

/** When another gateway has taken over from one that drains. */
const DRAIN_RETRY_MS = 1_000;

export interface UpgradeRules {
  /** The Origin rule shared with REST. */
  permitsOrigin: (req: IncomingMessage) => boolean;
  /** The gateway drains: nobody new is taken. */
  draining: boolean;
}

/** Decides about an upgrade request by what it says. @returns undefined when it may go on */
export function refuseUpgrade(req: IncomingMessage, { permitsOrigin, draining }: UpgradeRules): AppError | undefined {
  if ((req.url ?? '').split('?')[0] !== SOCKET_PATH) return new AppError('not_found', `the socket is at ${SOCKET_PATH}`);
  if (draining) return new AppError('unavailable', 'this gateway is stopping', { retryAfterMs: DRAIN_RETRY_MS });
  if (!permitsOrigin(req)) return new AppError('forbidden', 'this Origin is not allowed');
  if (!offersOurs(req.headers['sec-websocket-protocol']))
    return new AppError('validation_failed', `the subprotocol is ${SUBPROTOCOL}`);
  return undefined;
}

/** Clients that name no subprotocol are taken, too. */
function offersOurs(header: string | undefined): boolean {
  if (header === undefined) return true;
  return header
    .split(',')
    .map((name) => name.trim())
    .includes(SUBPROTOCOL);
}
