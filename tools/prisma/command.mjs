import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The command line of the Prisma CLI with these arguments. */
export const prismaCommand = (args) => [process.execPath, at('../../node_modules/prisma/build/index.js'), ...args];

/** The environment in which the CLI uses the engine beside this file and calls nobody. */
export function prismaEnvironment(env = process.env) {
  return {
    PRISMA_SCHEMA_ENGINE_BINARY: at('./schema-engine.mjs'),
    ...env,
    NODE_OPTIONS: '',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
}
