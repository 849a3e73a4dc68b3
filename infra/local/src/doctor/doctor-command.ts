import { StartupError } from '@brook/common/embedded';
import { Command } from 'commander';
import { columns, print } from '../print.js';
import { withStores } from '../reach-stores.js';
import { readRuntime } from '../runtime-file.js';
import { readSettings } from '../settings.js';
import { checkClocks } from './check-clocks.js';
import { checkMachine } from './check-machine.js';
import { checkPostgres } from './check-postgres.js';
import { checkRedis } from './check-redis.js';
import { checkPartitions, checkServices } from './check-work.js';
import { bad, type Finding, look, ok } from './finding.js';

/** `doctor`: says in plain words what is wrong. The exit code is 1 when something does not work. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at configuration, Postgres, migrations, Redis, clocks, services and partitions')
    .option('--json')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine();
      const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
      const verdict =
        count('bad') > 0
          ? `${count('bad')} broken, ${count('warn')} to look at`
          : count('warn') > 0
            ? `Works; ${count('warn')} to look at`
            : 'All is well';
      const rows = findings.map(({ name, state, text }) => [state.toUpperCase(), name, text]);
      print(findings, [...columns(['STATE', 'WHAT', 'FOUND'], rows), verdict], options);
      if (count('bad') > 0) process.exitCode = 1;
    });
}

async function examine(): Promise<Finding[]> {
  const settings = readSettings(process.env);
  const facts = readRuntime(settings.dataDir);
  const findings = await look('Machine', checkMachine, settings);
  findings.push(
    ...(facts ? await look('Services', checkServices, facts) : [ok('Services', 'none was started by npm start here')]),
  );
  try {
    await withStores(async (stores) => {
      findings.push(...(await look('Postgres', checkPostgres, stores)));
      findings.push(...(await look('Redis', checkRedis, stores)));
      findings.push(...(await look('Clocks', checkClocks, stores)));
      findings.push(...(await look('Work', checkPartitions, { stores, running: facts !== undefined })));
    });
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    findings.push(bad('Stores', error.message));
  }
  return findings;
}
