#!/usr/bin/env node
// `npm run brook -- <command>`: administration of the Brook that runs on this machine.
import { existsSync } from 'node:fs';
import { refuseOldNode } from './node-version.mjs';

if (refuseOldNode()) process.exit(1);
if (!existsSync(new URL('./dist/cli.js', import.meta.url))) {
  process.stderr.write('Brook was not built here yet: run "npm start" first.\n');
  process.exit(1);
}
await import('./dist/cli.js');
