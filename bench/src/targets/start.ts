import type { DialectName } from '../load/dialect.js';
import { startBrook } from './brook.js';
import { startSocketio } from './socketio.js';
import type { Target } from './target.js';
import { startWs } from './ws.js';

const STARTS: Record<DialectName, () => Promise<Target>> = {
  brook: () => startBrook(),
  ws: startWs,
  socketio: startSocketio,
};

/** Starts a system with nothing in it. */
export const startTarget = (name: DialectName): Promise<Target> => STARTS[name]();
