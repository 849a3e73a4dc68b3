#!/usr/bin/env node
/*
 * Copies what `npm ci` reads out of a source tree: the lock file and the package.json of the root and of every workspace.
 * Used by the Dockerfile: node infra/docker/manifests.mjs <source> <target>
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [source, target] = process.argv.slice(2);
const { workspaces } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
for (const name of ['package.json', 'package-lock.json', ...workspaces.map((folder) => `${folder}/package.json`)]) {
  cpSync(join(source, name), join(target, name), { preserveTimestamps: true });
}
