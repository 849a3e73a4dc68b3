import { once } from 'node:events';
import { type Duplex, Readable } from 'node:stream';
import type pg from 'pg';

/** What the COPY protocol needs of a connection of `pg`, which declares no types for it. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
  stream: Duplex;
}

/** Rows of a table as the server writes them; `rows` is known at the end. The server waits while nobody reads. */
export class CopyOut extends Readable implements pg.Submittable {
  /** Rows, once the stream has ended. */
  rows = 0;
  readonly #text: string;
  #wire: Wire | undefined;

  /** @param text `COPY ... TO STDOUT`; hand this to the `query` of a client */
  constructor(text: string) {
    super();
    this.#text = text;
  }

  submit(connection: unknown): void {
    this.#wire = connection as Wire;
    this.#wire.query(this.#text);
  }

  override _read(): void {
    this.#wire?.stream.resume();
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // The parser uses its buffer again.
    if (!this.push(Buffer.from(chunk))) this.#wire?.stream.pause();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = rowsOf(text);
  }

  handleReadyForQuery(): void {
    this.push(null);
  }

  handleError(error: Error): void {
    this.destroy(error);
  }
}

/**
 * Sends rows into a table by `COPY ... FROM STDIN`, as fast as the server takes them.
 * @returns the number of rows. @throws the server's error or the source's; then the transaction is broken
 */
export function copyIn(client: pg.Client, text: string, source: AsyncIterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    let failure: unknown;
    let refused = false;
    const pump = async (wire: Wire) => {
      try {
        for await (const chunk of source) {
          if (refused) return;
          wire.sendCopyFromChunk(chunk);
          if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain');
        }
        wire.endCopyFrom();
      } catch (err) {
        failure = err;
        wire.sendCopyFail('the source failed');
      }
    };
    const submittable = {
      submit: (connection: unknown) => (connection as Wire).query(text),
      handleCopyInResponse: (connection: unknown) => void pump(connection as Wire),
      handleCommandComplete(message: { text: string }) {
        rows = rowsOf(message.text);
      },
      handleReadyForQuery: () => resolve(rows),
      handleError(error: Error) {
        refused = true;
        reject(failure ?? error);
      },
    };
    client.query(submittable);
  });
}

/** The number in `COPY 42`. */
const rowsOf = (text: string): number => Number(text.split(' ').at(-1));
