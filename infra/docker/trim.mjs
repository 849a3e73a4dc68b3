#!/usr/bin/env node
/*
 * Takes out of an installed tree what one service does not load. npm also installs a package's optional peers where the
 * lock file knows them: for @prisma/client the whole Prisma CLI and its studio, 280 MB that no service starts.
 * Used by the Dockerfile, in the root of the installed tree: node trim.mjs services/<name>
 */
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compiled query planners of @prisma/client: the generated clients load the ES module of the fast Postgres one. */
const PLANNERS = 'node_modules/@prisma/client/runtime';
const isUnusedPlanner = (name) =>
  name.startsWith('query_compiler_') && !/^query_compiler_fast_bg\.postgresql\.(wasm-base64\.)?mjs$/.test(name);

const root = process.cwd();
const [service] = process.argv.slice(2);
if (!service || !existsSync(join(root, service))) throw new Error('Usage: trim.mjs services/<name>');

const needed = new Set();
visit(join(root, service));
for (const folder of [...workspaces(), ...packagesOf(root)])
  if (!needed.has(folder)) rmSync(folder, { recursive: true, force: true });
// Programs of packages: no service runs one, and most lost their target above.
rmSync('node_modules/.bin', { recursive: true, force: true });
for (const name of existsSync(PLANNERS) ? readdirSync(PLANNERS) : []) if (isUnusedPlanner(name)) rmSync(join(PLANNERS, name));

/** Marks a package and, from where it lies, everything that it needs. Peers are needed unless they are optional. */
function visit(folder) {
  if (needed.has(folder)) return;
  needed.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  for (const name of [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers]) {
    const found = resolve(folder, name);
    if (found) visit(found);
    else if (name in dependencies && !(name in optionalDependencies)) throw new Error(`${folder} needs ${name}: not installed`);
  }
}

/** The folder of a package as Node finds it from another; a package of another platform is not there. */
function resolve(from, name) {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return realpathSync(candidate);
  }
  return undefined;
}

/** The folders of all workspaces. */
function workspaces() {
  const { workspaces: folders } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return folders.map((folder) => join(root, folder));
}

/** Real folders of all packages installed below this one, nested ones after their holders; links lead to workspaces. */
function packagesOf(folder) {
  const modules = join(folder, 'node_modules');
  if (!existsSync(modules)) return [];
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name],
  );
  return names
    .filter((name) => existsSync(join(modules, name, 'package.json')))
    .map((name) => realpathSync(join(modules, name)))
    .flatMap((found) => (found.startsWith(modules) ? [found, ...packagesOf(found)] : []));
}
