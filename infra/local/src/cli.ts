import { StartupError } from '@brook/common/embedded';
import { Command } from 'commander';
import { adminCommand } from './admin-command.js';
import { backupCommand, restoreCommand } from './backup/backup-command.js';
import { doctorCommand } from './doctor/doctor-command.js';
import { dlqCommand } from './dlq-command.js';
import { eraCommand } from './era-command.js';
import { exportCommand } from './export-command.js';
import { partitionsCommand } from './partitions-command.js';

/** `npm run brook -- <command>`: each area of administration is a command of its own. */
const program = new Command('brook')
  .description('Administration of the Brook that runs on this machine')
  .addCommand(adminCommand())
  .addCommand(dlqCommand())
  .addCommand(eraCommand())
  .addCommand(partitionsCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(exportCommand())
  .addCommand(doctorCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
