import type { Client } from './client.js';
import { type Dialect, decimalAt, digitsAt } from './dialect.js';
import { STAMP_LENGTH } from './stamp.js';

const [A, C, E, M] = [...'acem'].map((letter) => letter.charCodeAt(0));
/** Where the first letter of a frame's type stands, and in `message.…` that of what happened. */
const TYPE = '{"type":"'.length;
const HAPPENED = '{"type":"message.'.length;
const ACK_ID = '{"type":"ack","id":"'.length;
const REV = '{"type":"message.created","roomId":"'.length + STAMP_LENGTH + '","rev":'.length;
const SEQ = ',"message":{"id":"'.length + STAMP_LENGTH + '","roomId":"'.length + STAMP_LENGTH + '","seq":'.length;
const SECOND_REV = ',"rev":'.length;
const CLIENT_ID = ',"clientId":"'.length;
const LAST_REV = '"lastRev":';
/** The id of the subscribe; sends are numbered from 1. */
const JOIN = 0;

/**
 * Brook, by its public protocol: hello and subscribe at once, as the SDK says them, then sends. Its acks carry the message,
 * its events a rev without a hole.
 */
export const brook: Dialect = {
  path: '/ws',
  protocol: 'brook.v1',
  opened(client) {
    client.write(`{"type":"hello","token":"${client.spec.token}"}`);
    subscribe(client);
  },
  text(client, bytes, start, end) {
    const type = bytes[start + TYPE];
    if (type === M && bytes[start + HAPPENED] === C) {
      const rev = decimalAt(bytes, start + REV);
      let at = start + REV + digitsAt(bytes, start + REV) + SEQ;
      at += digitsAt(bytes, at) + SECOND_REV;
      at += digitsAt(bytes, at) + CLIENT_ID;
      client.delivered(bytes, at, rev);
    } else if (type === A) {
      const id = decimalAt(bytes, start + ACK_ID);
      if (id !== JOIN) client.acked(id);
      else {
        const at = bytes.subarray(start, end).lastIndexOf(LAST_REV) + LAST_REV.length;
        client.ready(decimalAt(bytes, start + at), () => stampsOf(bytes.toString('utf8', start, end)));
      }
    } else if (type === E) client.failed(bytes.toString('utf8', start, end));
  },
  message: (client, stamp, n, text) =>
    `{"type":"message.send","id":"${n}","roomId":"${client.spec.roomId}","clientId":"${stamp}","text":"${text}"}`,
};

function subscribe(client: Client): void {
  const since = client.lastRev === undefined ? '' : `,"since":${client.lastRev}`;
  client.write(`{"type":"room.subscribe","id":"${JOIN}","roomId":"${client.spec.roomId}"${since}}`);
}

const stampsOf = (ack: string): string[] =>
  (JSON.parse(ack) as { messages: { clientId: string }[] }).messages.map(({ clientId }) => clientId);
