import { startPeer } from './peer-process.js';
import type { Target } from './target.js';

/** The bare `ws` broadcast: one process, nothing stored. */
export async function startWs(): Promise<Target> {
  const peer = await startPeer('ws-server');
  return {
    name: 'ws',
    trees: [{ name: 'server', pid: peer.pid }],
    ports: [peer.port],
    rooms: async (count) => Array.from({ length: count }, (_, i) => `room-${i}`),
    people: async (rooms) => rooms.map(() => undefined),
    chill: async () => undefined,
    renew: async () => undefined,
    stop: () => peer.stop(),
  };
}
