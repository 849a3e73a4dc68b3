import { Command } from 'commander';
import { readEras, rotateEra } from './era.js';
import { columns, print } from './print.js';
import { withStores } from './reach-stores.js';

interface Options {
  json?: boolean;
}

/** `era`: the life of the database, by schema. `era rotate`: after a restore, another one begins. */
export function eraCommand(): Command {
  const era = new Command('era')
    .description('the life of the database, by which services, gateways and clients know a restored one')
    .option('--json')
    .action((options: Options) =>
      withStores(async (stores) => {
        const eras = await readEras(stores);
        print(eras, columns(['SCHEMA', 'ERA'], Object.entries(eras)), options);
      }),
    );
  era
    .command('rotate')
    .description('after a restore from a backup: services start over, every client reloads; Brook may run or not')
    .option('--json')
    .action((_options: Options, command: Command) =>
      withStores(async (stores) => {
        const now = await rotateEra(stores);
        const lines = [`The database has a new era: ${now}`, 'Services that run on it start over within seconds.'];
        print({ era: now }, lines, command.optsWithGlobals<Options>());
      }),
    );
  return era;
}
