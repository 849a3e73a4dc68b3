import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StartupError } from '@brook/common/embedded';
import type { Table } from './tables.js';

/** What a backup says of itself: `manifest.json`, written last, so that a folder without one is no backup. */
export interface Manifest {
  format: 1;
  /** RFC 3339; everything committed before it is in the backup, as far as the clocks agree. */
  createdAt: string;
  partitions: number;
  /** The database's life at that time. */
  era: string;
  /** Names of the migrations of each schema. */
  migrations: Record<string, string[]>;
  /** In the order in which they can be filled. */
  tables: StoredTable[];
}

/** One table's file: rows in the text format of COPY, compressed by gzip. */
export interface StoredTable extends Table {
  file: string;
  rows: number;
  /** Of the file as it lies there. */
  bytes: number;
  sha256: string;
}

/** @throws StartupError when the folder is no backup, or one of another format */
export function readManifest(folder: string): Manifest {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) throw new StartupError(`${folder} is no backup, or an unfinished one: it has no manifest.json.`);
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  if (manifest.format !== 1)
    throw new StartupError(`The backup in ${folder} has the format ${manifest.format}; this version of Brook reads format 1.`);
  return manifest;
}

/** Reads every file of a backup. @throws StartupError naming the first that is not as it was written */
export async function verifyFiles(folder: string, { tables }: Manifest, onBytes: (bytes: number) => void): Promise<void> {
  for (const { file, sha256 } of tables) {
    const path = join(folder, file);
    if (!existsSync(path)) throw new StartupError(`The backup in ${folder} is damaged: ${file} is missing.`);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        onBytes(chunk.length);
      }
    });
    if (hash.digest('hex') !== sha256)
      throw new StartupError(`The backup in ${folder} is damaged: ${file} does not have the checksum of its manifest.`);
  }
}
