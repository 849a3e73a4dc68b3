#!/usr/bin/env node
// `npm test`: installs when the lock file changed, then runs every check and test.
import { refuseOldNode } from './node-version.mjs';

if (refuseOldNode()) process.exit(1);
const { install } = await import('./prepare.mjs');
if (!install()) process.exit(1);
const { runAllChecks } = await import('../../tools/checks/run.mjs');
process.exit(await runAllChecks());
