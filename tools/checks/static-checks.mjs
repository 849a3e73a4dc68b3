import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prismaCommand, prismaEnvironment } from '../prisma/command.mjs';

/** The command of a program that npm installed, run by this Node, from the checkout at `root`. */
const tool = (root, script, ...args) => [process.execPath, join(root, 'node_modules', script), ...args];

/** What `boundaries` looks at; outputs and tools are nobody's import. */
const CRUISED = ['libs', 'services', 'clients', 'infra/local/src', 'infra/local/test', 'e2e', 'bench'];

/**
 * The checks that need no running server, each one command whose exit code is the verdict. `root` is the checkout they
 * look at (the self-test points them at a copy with a planted fault).
 */
export function staticChecks(root) {
  const checks = [
    { name: 'format', command: tool(root, '@biomejs/biome/bin/biome', 'format', '--colors=off', '.') },
    { name: 'lint', command: tool(root, 'eslint/bin/eslint.js', '--max-warnings=0', '.') },
    { name: 'types of tests', command: tool(root, 'typescript/bin/tsc', '-p', 'tsconfig.tests.json') },
    {
      name: 'boundaries',
      command: tool(
        root,
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        ...CRUISED.filter((path) => existsSync(join(root, path))),
      ),
    },
    { name: 'unused', command: tool(root, 'knip/bin/knip.js', '--no-progress') },
  ];
  if (existsSync(join(root, 'clients/web/tsconfig.json'))) {
    checks.push({ name: 'types of the widget', command: tool(root, 'typescript/bin/tsc', '-p', 'clients/widget', '--noEmit') });
    checks.push({ name: 'types of the web client', command: tool(root, 'typescript/bin/tsc', '-p', 'clients/web', '--noEmit') });
  }
  return checks.map((check) => ({ ...check, cwd: root, env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' } }));
}

/**
 * For every service with a database: whether its migrations lead to exactly what its Prisma schema says. Each needs a
 * Postgres, on which it makes and drops a database of its own.
 */
export function driftChecks(root, databaseUrl) {
  const owners = readdirSync(join(root, 'services')).filter((name) =>
    existsSync(join(root, 'services', name, 'prisma/schema.prisma')),
  );
  return owners.map((service) => ({
    name: `migrations of ${service}`,
    command: prismaCommand([
      'migrate',
      'diff',
      '--from-migrations',
      'prisma/migrations',
      '--to-schema',
      'prisma/schema.prisma',
      '--exit-code',
    ]),
    // Said only by an engine that really compared.
    expects: 'No difference detected',
    cwd: join(root, 'services', service),
    env: prismaEnvironment({ ...process.env, DATABASE_URL: databaseUrl }),
  }));
}
