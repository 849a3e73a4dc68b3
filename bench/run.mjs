#!/usr/bin/env node
// `npm run bench -- <name>` runs one of the benchmarks beside this file; each builds nothing and starts a Brook of its own.
import { readdirSync } from 'node:fs';

const names = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.mjs') && file !== 'run.mjs');
const name = `${process.argv[2]}.mjs`;
if (names.includes(name)) {
  await import(`./${name}`);
} else {
  process.stderr.write(`Name one of: ${names.map((file) => file.slice(0, -4)).join(', ')}\n`);
  process.exitCode = 2;
}
