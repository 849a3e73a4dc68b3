import { StartupError } from '@brook/common/embedded';
import type { DeadLetter } from '@brook/common/streams';
import { Command } from 'commander';
import { drop, getDeadLetter, listDeadLetters, refOf, replay } from './dead-letters.js';
import { columns, print } from './print.js';
import { type ReachedStores, withStores } from './reach-stores.js';

interface Options {
  json?: boolean;
  service?: string;
  all?: boolean;
}

/** `dlq list|show|replay|drop`: commands that were given up on after five attempts. */
export function dlqCommand(): Command {
  const dlq = new Command('dlq').description('dead letters: commands that could not be executed');
  dlq
    .command('list')
    .description('all dead letters, the oldest first')
    .option('--service <name>', 'only of messages, rooms or users')
    .option('--json')
    .action((options: Options) => withStores(async (stores) => list(await listDeadLetters(stores, options.service), options)));
  dlq
    .command('show <letter>')
    .description('one dead letter whole, with its error')
    .option('--json')
    .action((ref: string, options: Options) => withStores(async (stores) => show(await getDeadLetter(stores, ref), options)));
  each(dlq, 'replay', 'put commands on their streams again', replay);
  each(dlq, 'drop', 'remove dead letters for good', drop);
  return dlq;
}

/** A command over the dead letters named, or over all. */
function each(
  dlq: Command,
  name: string,
  description: string,
  act: (stores: ReachedStores, ref: string) => Promise<string | void>,
): void {
  dlq
    .command(`${name} [letters...]`)
    .description(description)
    .option('--all', 'all of them, instead of naming some')
    .option('--service <name>', 'with --all: only of messages, rooms or users')
    .option('--json')
    .action((refs: string[], options: Options) => {
      if ((refs.length === 0) === (options.all !== true))
        throw new StartupError(`Name the dead letters to ${name}, or give --all.`);
      return withStores(async (stores) => {
        const chosen = options.all ? (await listDeadLetters(stores, options.service)).map(refOf) : refs;
        const done: { letter: string; entry?: string }[] = [];
        for (const letter of chosen) {
          const entry = await act(stores, letter);
          done.push(entry ? { letter, entry } : { letter });
        }
        const lines = done.map(({ letter, entry }) => (entry ? `${name}ed ${letter} as ${entry}` : `${name}ped ${letter}`));
        print(done, lines.length > 0 ? lines : ['There are no dead letters.'], options);
      });
    });
}

function list(letters: DeadLetter[], options: Options): void {
  const rows = letters.map((letter) => ({
    letter: refOf(letter),
    at: new Date(letter.at).toISOString(),
    type: letter.fields['type'] ?? null,
    key: letter.fields['key'] ?? null,
    error: letter.error,
  }));
  const cells = rows.map(({ letter, at, type, error }) => [letter, at, type ?? '-', firstLine(error)]);
  print(
    rows,
    rows.length > 0 ? columns(['LETTER', 'SINCE', 'COMMAND', 'ERROR'], cells) : ['There are no dead letters.'],
    options,
  );
}

function show(letter: DeadLetter, options: Options): void {
  const shown = { letter: refOf(letter), at: new Date(letter.at).toISOString(), entry: letter.entry, error: letter.error };
  const lines = [...Object.entries(shown), ...Object.entries(letter.fields)].map(([name, value]) => `${name}: ${value}`);
  print({ ...shown, fields: letter.fields }, lines, options);
}

const firstLine = (text: string) => {
  const line = text.split('\n').find((part) => part.trim() !== '') ?? '';
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};
