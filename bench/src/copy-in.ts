import type { Writable } from 'node:stream';
import type pg from 'pg';

/** What pg hands to a query while it runs; only the part that COPY needs. */
interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  stream: Writable;
}

/** Lines are sent in chunks of about this many bytes. */
const CHUNK = 256 * 1024;

/**
 * Sends lines of COPY's text format into a table. Resolves when the server has them all.
 * @param target table and columns, as COPY takes them
 */
export function copyIn(client: pg.Client, target: string, lines: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    let connection: CopyConnection;
    const query = {
      submit(to: CopyConnection) {
        connection = to;
        to.query(`COPY ${target} FROM STDIN`);
      },
      handleCopyInResponse() {
        send(connection, lines).catch(reject);
      },
      handleCommandComplete() {
        // ReadyForQuery follows.
      },
      handleReadyForQuery: () => resolve(),
      handleError: (err: Error) => reject(err),
    };
    client.query(query as unknown as pg.Submittable);
  });
}

async function send(connection: CopyConnection, lines: Iterable<string>): Promise<void> {
  let chunk = '';
  const flush = async () => {
    connection.sendCopyFromChunk(Buffer.from(chunk));
    chunk = '';
    if (connection.stream.writableNeedDrain) await new Promise<void>((resolve) => connection.stream.once('drain', resolve));
  };
  for (const line of lines) {
    chunk += line;
    if (chunk.length >= CHUNK) await flush();
  }
  await flush();
  connection.endCopyFrom();
}
