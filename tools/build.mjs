#!/usr/bin/env node
/*
 * Builds what changed: the Prisma clients, the TypeScript projects, the web client. Needs the installed packages, but
 * imports nothing beyond Node, so that the launcher can call it before it knows that anything is built.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fingerprint, openStamps } from './fingerprint.mjs';
import { prismaCommand, prismaEnvironment } from './prisma/command.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = join(root, 'node_modules');
const servicesWithSchema = () =>
  readdirSync(join(root, 'services')).filter((name) => existsSync(join(root, 'services', name, 'prisma/schema.prisma')));

/** A part that could not be built; `output` is what the tool said. */
export class BuildError extends Error {
  constructor(part, output) {
    super(`${part} could not be built`);
    this.output = output;
  }
}

/**
 * Brings every output up to date; a part whose inputs did not change since its last complete build is not touched.
 * `announce` is called with each part that is being built. Throws BuildError.
 */
export function build(announce = () => {}) {
  const stamps = openStamps(root);
  for (const part of parts()) {
    const stamp = fingerprint(root, part.inputs, part.command);
    if (stamps.matches(part.name, stamp) && part.outputs.every((path) => existsSync(join(root, path)))) continue;
    announce(part.title);
    const done = spawnSync(part.command[0], part.command.slice(1), {
      cwd: join(root, part.folder),
      env: part.environment ?? { ...process.env, NODE_OPTIONS: '' },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (done.status !== 0) throw new BuildError(part.title, done.error?.message ?? `${done.stdout}${done.stderr}`);
    stamps.set(part.name, stamp);
  }
}

function parts() {
  return [
    ...servicesWithSchema().map(prismaClient),
    typescript(),
    ...(existsSync(join(root, 'clients/web/index.html')) ? [webClient()] : []),
    ...(existsSync(join(root, 'clients/widget/build.mjs')) ? [widget()] : []),
  ];
}

const prismaClient = (service) => ({
  name: `prisma-${service}`,
  title: `Prisma client of ${service}`,
  folder: `services/${service}`,
  inputs: [
    `services/${service}/prisma/schema.prisma`,
    `services/${service}/prisma.config.ts`,
    'node_modules/prisma/package.json',
  ],
  outputs: [`services/${service}/src/generated/prisma/client.ts`],
  command: prismaCommand(['generate']),
  environment: prismaEnvironment(),
});

const typescript = () => ({
  name: 'typescript',
  title: 'TypeScript projects',
  folder: '.',
  inputs: [
    'tsconfig.json',
    'tsconfig.base.json',
    ...servicesWithSchema().map((service) => `services/${service}/prisma/schema.prisma`),
    ...['libs/common', 'libs/sdk', 'services', 'infra/local'].flatMap(typescriptInputs),
    'package-lock.json',
  ],
  outputs: ['libs/common/dist/contracts/index.js', 'infra/local/dist/main.js'],
  command: [process.execPath, join(packages, 'typescript/bin/tsc'), '-b'],
});

/** Sources and settings of one project, or of each below `services`; tests compile elsewhere. */
function typescriptInputs(folder) {
  if (folder === 'services') return readdirSync(join(root, folder)).flatMap((name) => typescriptInputs(`services/${name}`));
  return [`${folder}/tsconfig.json`, `${folder}/package.json`, `${folder}/src`];
}

const webClient = () => ({
  name: 'web',
  title: 'web client',
  folder: 'clients/web',
  inputs: ['clients/web', 'libs/sdk/src', 'libs/sdk/package.json', 'libs/common/src/contracts', 'package-lock.json'],
  outputs: ['clients/web/dist/index.html'],
  command: [process.execPath, join(packages, 'vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
});

const widget = () => ({
  name: 'widget',
  title: 'widget',
  folder: 'clients/widget',
  inputs: [
    'clients/widget/build.mjs',
    'clients/widget/src',
    'clients/widget/demo',
    'libs/sdk/src',
    'libs/sdk/package.json',
    'libs/common/src/contracts',
    'package-lock.json',
  ],
  outputs: ['clients/widget/dist/widget.js'],
  command: [process.execPath, 'build.mjs'],
});

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    build((title) => process.stdout.write(`Building: ${title}\n`));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}:\n${error.output}\n`);
    process.exitCode = 1;
  }
}
