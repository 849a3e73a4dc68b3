import { type Dialect, decimalAt } from './dialect.js';

const [ZERO, TWO, THREE, FOUR] = [...'0234'].map((letter) => letter.charCodeAt(0));
const STAMP = '42["message",{"id":"'.length;
/** The ack id of the join; sends are numbered from 1. */
const JOIN = 0;

/** Socket.IO 4 over WebSocket only (peers/socketio-server.ts): engine packets 0 open, 2 ping, 4 message; 42 event, 43 ack. */
export const socketio: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  opened() {
    // The server speaks first.
  },
  text(client, bytes, start, end) {
    const first = bytes[start];
    const second = bytes[start + 1];
    if (first === FOUR && second === TWO) client.delivered(bytes, start + STAMP, 0);
    else if (first === FOUR && second === THREE) {
      const id = decimalAt(bytes, start + 2);
      if (id !== JOIN) client.acked(id);
      else client.ready(undefined, () => stampsOf(bytes.toString('utf8', start, end)));
    } else if (first === ZERO) client.write('40');
    else if (first === TWO) client.write('3');
    else if (first === FOUR && second === ZERO) client.write(`42${JOIN}["join",{"room":"${client.spec.roomId}"}]`);
    else if (first === FOUR && second === FOUR) client.failed(bytes.toString('utf8', start, end));
  },
  message: (client, stamp, n, text) => `42${n}["send",{"id":"${stamp}","room":"${client.spec.roomId}","text":"${text}"}]`,
};

const stampsOf = (ack: string): string[] =>
  (JSON.parse(ack.slice(ack.indexOf('['))) as [{ messages: { id: string }[] }])[0].messages.map(({ id }) => id);
