import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';

/** Receives one line of a process' standard output or error. */
export type OnLine = (line: string) => void;

/** Calls `onLine` for every line that the child writes, on either stream, until both end. */
export function readLines(child: ChildProcess, onLine: OnLine): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
  }
}

/** Keeps the last lines of a process, to say why it ended. */
export class OutputTail {
  private readonly lines: string[] = [];
  private readonly limit: number;

  constructor(limit = 20) {
    this.limit = limit;
  }

  push(line: string): void {
    this.lines.push(line);
    if (this.lines.length > this.limit) this.lines.shift();
  }

  clear(): void {
    this.lines.length = 0;
  }

  toString(): string {
    return this.lines.join('\n');
  }
}
