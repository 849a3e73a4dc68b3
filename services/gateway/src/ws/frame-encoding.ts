/**
 * Builds one unmasked, final WebSocket text frame (RFC 6455, section 5.2) that may be written to any number of sockets.
 * @param json the frame's text
 */
export function encodeTextFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(json, header, 'utf8');
  return frame;
}

/** An empty ping, the same bytes for every socket. */
export const PING_FRAME: Buffer = Buffer.from([0x89, 0x00]);
