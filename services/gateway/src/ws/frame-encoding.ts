const FIN_TEXT = 0x81;
/** Lengths below this stand in the header's second byte. */
const SHORT = 126;

const headerLength = (length: number): number => (length < SHORT ? 2 : length < 65_536 ? 4 : 10);

/** Writes the header of a frame of this payload length. */
function begin(frame: Buffer, length: number): Buffer {
  const header = headerLength(length);
  frame[0] = FIN_TEXT;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = SHORT;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = SHORT + 1;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  return frame;
}

/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const BYTES_A_UNIT = 3;
const SLAB_BYTES = 32_768;
/** Of the headers of frames that lie in a slab. */
const LONGEST_HERE = 4;
/** Short frames are cut out of one piece of memory after another, so that no text is measured before it is written. */
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let used = 0;

/**
 * Builds one unmasked, final WebSocket text frame (RFC 6455, section 5.2) that may be written to any number of sockets.
 * @param json the frame's text
 */
export function encodeTextFrame(json: string): Buffer {
  const most = BYTES_A_UNIT * json.length;
  if (most > SLAB_BYTES / 4) return encodeAlone(json);
  if (used + LONGEST_HERE + most > SLAB_BYTES) [slab, used] = [Buffer.allocUnsafeSlow(SLAB_BYTES), 0];
  // The text first, for its length tells the header's.
  const at = used + LONGEST_HERE;
  const length = slab.write(json, at, 'utf8');
  used = at + length;
  const frame = slab.subarray(at - headerLength(length), used);
  return begin(frame, length);
}

function encodeAlone(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const header = headerLength(length);
  const frame = begin(Buffer.allocUnsafe(header + length), length);
  frame.write(json, header, 'utf8');
  return frame;
}

/** The same, of two pieces of UTF-8 that make up the text; in memory of its own, for frames that are kept. */
export function asTextFrame(first: Buffer, second: Buffer): Buffer {
  const length = first.length + second.length;
  const header = headerLength(length);
  const frame = begin(Buffer.allocUnsafeSlow(header + length), length);
  first.copy(frame, header);
  second.copy(frame, header + first.length);
  return frame;
}

/**
 * Frames that differ by one id only, one after another in one piece. All of it is ASCII, and the ids are equally long.
 * @param before what each frame says before its id, `after` what it says behind it; 65,535 letters at most in all
 */
export function encodeFramesById(before: string, ids: readonly string[], after: string): Buffer {
  const begin = asciiHeader(before.length + (ids[0]?.length ?? 0) + after.length) + before;
  return ids.length === 0 ? Buffer.alloc(0) : Buffer.from(begin + ids.join(after + begin) + after, 'latin1');
}

const asciiHeader = (length: number): string =>
  length < SHORT ? String.fromCharCode(FIN_TEXT, length) : String.fromCharCode(FIN_TEXT, SHORT, length >> 8, length & 0xff);

/** An empty ping, the same bytes for every socket. */
export const PING_FRAME: Buffer = Buffer.from([0x89, 0x00]);
