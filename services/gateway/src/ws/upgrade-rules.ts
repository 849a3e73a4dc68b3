import type { IncomingMessage } from 'node:http';

export const SUBPROTOCOL = 'brook.v1';
export const SOCKET_PATH = '/ws';

/** Why an upgrade is refused: an HTTP status and a sentence. */
export interface UpgradeRefusal {
  status: number;
  detail: string;
}

export interface UpgradeRules {
  /** The Origin rule shared with REST. */
  permitsOrigin: (req: IncomingMessage) => boolean;
  /** The gateway drains: nobody new is taken. */
  draining: boolean;
}

/** Decides about an upgrade request by what it says. @returns undefined when it may go on */
export function refuseUpgrade(req: IncomingMessage, { permitsOrigin, draining }: UpgradeRules): UpgradeRefusal | undefined {
  if ((req.url ?? '').split('?')[0] !== SOCKET_PATH) return { status: 404, detail: `the socket is at ${SOCKET_PATH}` };
  if (draining) return { status: 503, detail: 'this gateway is stopping' };
  if (!permitsOrigin(req)) return { status: 403, detail: 'this Origin is not allowed' };
  if (!offersOurs(req.headers['sec-websocket-protocol'])) return { status: 400, detail: `the subprotocol is ${SUBPROTOCOL}` };
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
