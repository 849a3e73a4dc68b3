/*
 * Arrays in Postgres' binary format, which `pg` sends as they are: a Buffer among the values is a binary parameter. Text, its
 * other way, is made of quoted elements here and taken apart letter by letter there.
 * An array: dimensions (1), nulls (0), OID of the elements' type, number of elements, index of the first (1); then each
 * element's length and bytes. Numbers are big-endian.
 */
const HEADER = 20;
const OID = { bigint: 20, integer: 23, text: 25, uuid: 2950, jsonb: 3802 };
/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const BYTES_A_UNIT = 3;
const JSONB_VERSION = 1;

const UUID_LENGTH = 36;
const DASH = 0x2d;
/** Values of hex digits by character code; 255: none. */
const DIGITS = new Uint8Array(256).fill(255);
for (const digits of ['0123456789abcdef', '0123456789ABCDEF'])
  for (let i = 0; i < digits.length; i++) DIGITS[digits.charCodeAt(i)] = i;

function begin(oid: number, length: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + bytes);
  for (const [i, value] of [1, 0, oid, length, 1].entries()) buffer.writeInt32BE(value, 4 * i);
  return buffer;
}

/** `integer[]`. */
export function integers(values: number[]): Buffer {
  const buffer = begin(OID.integer, values.length, 8 * values.length);
  let at = HEADER;
  for (const value of values) at = buffer.writeInt32BE(value, buffer.writeInt32BE(4, at));
  return buffer;
}

/** `bigint[]` of safe integers from 0 on. */
export function bigints(values: number[]): Buffer {
  const buffer = begin(OID.bigint, values.length, 12 * values.length);
  let at = HEADER;
  for (const value of values) {
    at = buffer.writeInt32BE(8, at);
    at = buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at);
    at = buffer.writeUInt32BE(value >>> 0, at);
  }
  return buffer;
}

/**
 * `uuid[]` of UUIDs with their four dashes. Reads the digits as bytes of one text: letters of many strings, each of which may be
 * of another kind for V8, cost four times as much.
 * @throws RangeError for anything else
 */
export function uuids(values: string[]): Buffer {
  const buffer = begin(OID.uuid, values.length, 20 * values.length);
  const digits = Buffer.from(values.join(''));
  let valid = digits.length === UUID_LENGTH * values.length;
  for (let i = 0, at = HEADER; valid && i < values.length; i++, at += 20) {
    buffer.writeInt32BE(16, at);
    valid = copyUuid(digits, UUID_LENGTH * i, buffer, at + 4);
  }
  if (!valid) throw new RangeError('not all are UUIDs');
  return buffer;
}

/** Whether it is one. */
function copyUuid(digits: Buffer, from: number, to: Buffer, start: number): boolean {
  let seen = 0;
  let at = start;
  for (let i = 0; i < UUID_LENGTH; i += 2) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (digits[from + i] !== DASH) return false;
      i++;
    }
    const high = DIGITS[digits[from + i] as number] as number;
    const low = DIGITS[digits[from + i + 1] as number] as number;
    seen |= high | low;
    to[at++] = (high << 4) | low;
  }
  return seen < 16;
}

/** `text[]`. */
export const texts = (values: string[]): Buffer => strings(OID.text, [], values);

/** `jsonb[]` of JSON texts. */
export const jsonbs = (values: string[]): Buffer => strings(OID.jsonb, [JSONB_VERSION], values);

/** Each element is these bytes and the text. */
function strings(oid: number, prefix: number[], values: string[]): Buffer {
  const before = 4 + prefix.length;
  let bytes = 0;
  for (const value of values) bytes += before + BYTES_A_UNIT * value.length;
  const buffer = begin(oid, values.length, bytes);
  let at = HEADER;
  for (const value of values) {
    const length = buffer.write(value, at + before);
    at = buffer.writeInt32BE(prefix.length + length, at);
    for (const byte of prefix) at = buffer.writeUInt8(byte, at);
    at += length;
  }
  return buffer.subarray(0, at);
}
