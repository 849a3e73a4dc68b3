/*
 * Every message of the load carries a stamp in the form of a UUID: who sent it, its number, and when. All three systems
 * pass it on unchanged, so that one reader checks and times all of them:
 *
 *   rrrrrrss-nnnn-nnnn-tttt-tttttttttttt     r room, s sender in the room, n number of the sender's message from 1, t time in us
 */

/** Length of a stamp. */
export const STAMP_LENGTH = 36;
/** Most senders of one room. */
export const SENDERS_MAX = 256;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** Microseconds on the machine's monotonic clock, the same in every process. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);

/** Makes a stamp. `at` in microseconds. */
export function stampOf(room: number, sender: number, n: number, at: number): string {
  const number = hex(n, 8);
  const time = hex(at, 16);
  return `${hex(room, 6)}${hex(sender, 2)}-${number.slice(0, 4)}-${number.slice(4)}-${time.slice(0, 4)}-${time.slice(4)}`;
}

const DIGIT = new Uint8Array(256);
for (let i = 0; i < 16; i++) DIGIT[i.toString(16).charCodeAt(0)] = i;

function readHex(bytes: Buffer, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) value = value * 16 + (DIGIT[bytes[i] as number] as number);
  return value;
}

export const roomAt = (bytes: Buffer, at: number): number => readHex(bytes, at, 6);
export const senderAt = (bytes: Buffer, at: number): number => readHex(bytes, at + 6, 2);
export const numberAt = (bytes: Buffer, at: number): number => readHex(bytes, at + 9, 4) * 65_536 + readHex(bytes, at + 14, 4);
export const timeAt = (bytes: Buffer, at: number): number => readHex(bytes, at + 19, 4) * 2 ** 48 + readHex(bytes, at + 24, 12);
