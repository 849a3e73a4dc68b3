/* One process of the load generator: does what the benchmark's main process asks. */
import type { DialectName } from './dialect.js';
import { Load } from './load.js';

/** A question of the main process: a method of `Load` with its arguments. */
export interface Question {
  id: number;
  method: Exclude<keyof Load, never>;
  args: unknown[];
}

/** The answer to a question: its value, or why there is none. */
export type Reply = { id: number; value: unknown } | { id: number; error: string };

const load = new Load(process.argv[2] as DialectName);

process.on('message', (question: Question) => {
  void answer(question);
});
process.on('disconnect', () => process.exit(0));

async function answer({ id, method, args }: Question): Promise<void> {
  let reply: Reply;
  try {
    const value = await (load[method] as (...values: unknown[]) => unknown).apply(load, args);
    reply = { id, value };
  } catch (err) {
    reply = { id, error: (err as Error).stack ?? String(err) };
  }
  process.send?.(reply);
}
