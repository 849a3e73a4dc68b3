#!/usr/bin/env node
/*
 * The Prisma CLI with the WebAssembly schema engine: nothing is downloaded. From a service's folder:
 *   node ../../tools/prisma/run.mjs migrate dev --name add-something
 * PRISMA_SCHEMA_ENGINE_BINARY, when set, names another engine.
 */
import { spawnSync } from 'node:child_process';
import { prismaCommand, prismaEnvironment } from './command.mjs';

const [command, ...args] = prismaCommand(process.argv.slice(2));
const { status } = spawnSync(command, args, { stdio: 'inherit', env: prismaEnvironment() });
process.exit(status ?? 1);
