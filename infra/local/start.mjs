#!/usr/bin/env node
// `npm start`. This file must parse on any Node that knows modules: it only looks at the version and goes on.
import { refuseOldNode } from './node-version.mjs';

if (refuseOldNode()) process.exit(1);
const { prepare } = await import('./prepare.mjs');
if (!prepare()) process.exit(1);
await import('./dist/main.js');
