#!/usr/bin/env node
// `npm run bench`: builds what changed, then measures. What it can do: `npm run bench -- --help`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from '../tools/build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
build((part) => process.stderr.write(`building ${part}\n`));
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'bench'], { cwd: root, stdio: 'inherit' });
if (compiled.status === 0) await import('./dist/main.js');
else process.exitCode = 1;
