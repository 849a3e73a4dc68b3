import { Command } from 'commander';
import { changePartitions } from './partition-change.js';
import { type PartitionState, reportPartitions } from './partition-report.js';
import { columns, print } from './print.js';
import { withStores } from './reach-stores.js';

interface Options {
  json?: boolean;
}

/** `partitions`: who works on what and how much waits. `partitions set <P>`: another number of them, while Brook is stopped. */
export function partitionsCommand(): Command {
  const partitions = new Command('partitions')
    .description('owner, epoch, waiting commands and dead letters of every partition')
    .option('--json')
    .action((options: Options) =>
      withStores(async (stores) => {
        const report = await reportPartitions(stores);
        print(report, columns(TITLES, report.states.map(cells)), options);
      }),
    );
  partitions
    .command('set <P>')
    .description('change the number of partitions; every service must be stopped and every stream drained')
    .option('--json')
    .action((text: string, _options: Options, command: Command) =>
      withStores(
        async (stores) => {
          const to = Number(text);
          const from = await changePartitions(stores, to);
          const said = from === to ? `There are ${to} partitions already.` : `There were ${from} partitions and are ${to} now.`;
          print(
            { from, to },
            [said, `Start every service with PARTITIONS=${to} from now on.`],
            command.optsWithGlobals<Options>(),
          );
        },
        { exclusive: true },
      ),
    );
  return partitions;
}

const TITLES = ['SERVICE', 'PARTITION', 'OWNER', 'EPOCH', 'BACKLOG', 'OLDEST', 'DEAD LETTERS'];

function cells({ service, partition, owner, epoch, backlog, oldestMs, deadLetters }: PartitionState): string[] {
  const oldest = oldestMs === null ? '-' : `${(oldestMs / 1_000).toFixed(1)} s`;
  return [service, String(partition), owner ?? '-', String(epoch), String(backlog), oldest, String(deadLetters)];
}
