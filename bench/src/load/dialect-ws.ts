import type { Dialect } from './dialect.js';
import { numberAt, roomAt, senderAt } from './stamp.js';

const [J, M] = [...'jm'].map((letter) => letter.charCodeAt(0));
const TYPE = '{"type":"'.length;
const STAMP = '{"type":"message","id":"'.length;

/** The bare `ws` broadcast (peers/ws-server.ts). Its echo to the sender is the ack. */
export const ws: Dialect = {
  path: '/',
  opened(client) {
    client.write(`{"type":"join","room":"${client.spec.roomId}"}`);
  },
  text(client, bytes, start) {
    const type = bytes[start + TYPE];
    if (type === M) {
      const at = start + STAMP;
      client.delivered(bytes, at, 0);
      const { sender, room } = client.spec;
      if (senderAt(bytes, at) === sender && roomAt(bytes, at) === room) client.acked(numberAt(bytes, at));
    } else if (type === J) client.ready(undefined, () => []);
  },
  message: (client, stamp, _n, text) => `{"type":"message","id":"${stamp}","room":"${client.spec.roomId}","text":"${text}"}`,
};
