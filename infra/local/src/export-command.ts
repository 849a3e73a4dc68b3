import { resolve } from 'node:path';
import { Command } from 'commander';
import { exportAll } from './export.js';
import { print } from './print.js';
import { startProgress } from './progress.js';
import { withStores } from './reach-stores.js';

interface Options {
  json?: boolean;
  room?: string;
}

/** `export <file>`: what people wrote, for other programs; no secrets. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write people, rooms, members and messages as JSON Lines, as one moment showed them; Brook may run')
    .argument('<file>', 'is made; one JSON object a line, "kind" says what it is')
    .option('--room <id>', 'only this room, its members and messages')
    .option('--json')
    .action((file: string, options: Options) =>
      withStores(async ({ sql }) => {
        const progress = startProgress({ quiet: options.json });
        try {
          const counts = await exportAll(sql, resolve(file), {
            roomId: options.room,
            onRows: (done, all) => progress.show('Rows', all === 0 ? 1 : done / all),
          });
          progress.end();
          const words = Object.entries(counts).map(([kind, count]) => `${count} ${kind}s`);
          print(counts, [`Exported ${words.join(', ')} to ${resolve(file)}`], options);
        } finally {
          progress.end();
        }
      }),
    );
}
