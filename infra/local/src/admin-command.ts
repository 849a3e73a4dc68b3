import { Command } from 'commander';
import { createAdmin } from './admins.js';
import { ask, askSecret } from './prompt.js';
import { runningBrook } from './running-brook.js';

interface CreateOptions {
  username?: string;
  password?: string;
}

/** `admin create`: makes an admin on the running system. What is not given is asked for, or read from standard input. */
export function adminCommand(): Command {
  const create = new Command('create')
    .description('make an admin account')
    .option('--username <name>', '2 to 32 letters, digits, _ . -')
    .option('--password <password>', '8 to 128 characters; better left out and typed')
    .action(async (options: CreateOptions) => {
      const facts = runningBrook();
      const username = options.username ?? (await ask('Username: '));
      const password = options.password ?? (await askSecret('Password: '));
      const name = await createAdmin(facts, { username, password });
      process.stdout.write(`${name} is an admin now. Sign in at ${facts.url}\n`);
    });
  return new Command('admin').description('accounts with the role admin').addCommand(create);
}
