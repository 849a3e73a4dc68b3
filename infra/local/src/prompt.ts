import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { StartupError } from '@brook/common/embedded';

/** Standard input is read by one reader: a second one would miss the lines that the first took from a pipe. */
let lines: { reader: Interface; iterator: AsyncIterator<string> } | undefined;
let hidden = false;

/** Asks for one line on the terminal, or takes the next line of a pipe. Throws StartupError when there is none. */
export async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const { value, done } = await nextLine();
  if (done) throw new StartupError(`Nothing was entered for "${question.trim()}".`);
  return value;
}

/** As `ask`, for a last secret: what is typed does not show, and the input is let go. */
export async function askSecret(question: string): Promise<string> {
  hidden = true;
  try {
    return await ask(question);
  } finally {
    hidden = false;
    if (process.stdin.isTTY) process.stdout.write('\n');
    lines?.reader.close();
  }
}

function nextLine(): Promise<IteratorResult<string>> {
  if (!lines) {
    const echo = new Writable({
      write(chunk, _encoding, done) {
        if (!hidden) process.stdout.write(chunk as Buffer);
        done();
      },
    });
    const reader = createInterface({ input: process.stdin, output: echo, terminal: process.stdin.isTTY ?? false });
    lines = { reader, iterator: reader[Symbol.asyncIterator]() };
  }
  return lines.iterator.next();
}
