import type { Client } from './client.js';

/** How one system is spoken to. Everything about messages is read off the bytes, without parsing JSON. */
export interface Dialect {
  readonly path: string;
  readonly protocol?: string;
  /** The upgrade was accepted: sign in and join. Ends in `client.ready` or `client.failed`. */
  opened(client: Client): void;
  /** A frame came: calls `client.acked`, `client.delivered`, `client.ready`, `client.failed`, or nothing. */
  text(client: Client, bytes: Buffer, start: number, end: number): void;
  /** The frame that sends the sender's message number `n`. */
  message(client: Client, stamp: string, n: number, text: string): string;
}

/** Systems that can be loaded. */
export type DialectName = 'brook' | 'ws' | 'socketio';

/** Reads a decimal number at `at`. */
export function decimalAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; ; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}

/** Decimal digits at `at`. */
export function digitsAt(bytes: Buffer, at: number): number {
  let i = at;
  for (;;) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return i - at;
    i++;
  }
}
