import { resolve } from 'node:path';
import { Command } from 'commander';
import { print } from '../print.js';
import { startProgress } from '../progress.js';
import { withStores } from '../reach-stores.js';
import { makeBackup } from './make-backup.js';
import type { Manifest } from './manifest.js';
import { restoreBackup } from './restore-backup.js';

interface Options {
  json?: boolean;
}

/** `backup <folder>`: everything that Postgres holds of Brook, at one moment, while Brook runs or not. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('write all data into a new folder, as one moment showed it; Brook may run')
    .argument('<folder>', 'is made; it will hold messages and password hashes')
    .option('--json')
    .action((folder: string, options: Options) =>
      withStores(async (stores) => {
        const progress = startProgress({ quiet: options.json });
        try {
          const manifest = await makeBackup(stores, resolve(folder), (done, all) => progress.show('Tables', done / all));
          progress.end();
          print(summary(manifest), [`Backed up ${inWords(manifest)} to ${resolve(folder)}`], options);
        } finally {
          progress.end();
        }
      }),
    );
}

/** `restore <folder>`: into an empty database; no Brook may run on it. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('fill an empty database from a backup; a new era begins, so that every client reloads')
    .argument('<folder>', 'as "brook backup" made it')
    .option('--json')
    .action((folder: string, options: Options) =>
      withStores(
        async (stores) => {
          const progress = startProgress({ quiet: options.json });
          try {
            const titles = { checking: 'Checking', filling: 'Filling ' };
            const { manifest, era } = await restoreBackup(stores, resolve(folder), (step, share) =>
              progress.show(titles[step], share),
            );
            progress.end();
            const lines = [
              `Restored ${inWords(manifest)} of ${manifest.createdAt}; the era is ${era} now.`,
              `Start Brook with PARTITIONS=${manifest.partitions}.`,
            ];
            print({ ...summary(manifest), era }, lines, options);
          } finally {
            progress.end();
          }
        },
        { exclusive: true, create: true },
      ),
    );
}

function summary({ createdAt, partitions, tables }: Manifest) {
  const sum = (field: 'rows' | 'bytes') => tables.reduce((total, table) => total + table[field], 0);
  return { createdAt, partitions, tables: tables.length, rows: sum('rows'), bytes: sum('bytes') };
}

function inWords(manifest: Manifest): string {
  const { rows, tables, bytes } = summary(manifest);
  return `${rows} rows of ${tables} tables (${(bytes / 1024).toFixed(0)} KiB)`;
}
