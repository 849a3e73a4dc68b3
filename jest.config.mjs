import { fileURLToPath } from 'node:url';

/*
 * Jest 30 in native ESM; TypeScript through SWC without a type check (`tsc -b` does that). Tests run on sources.
 * Run with NODE_OPTIONS=--experimental-vm-modules, e.g. `npx jest --selectProjects messages`.
 */
const root = fileURLToPath(new URL('.', import.meta.url));

const swc = (tsx) => ({
  jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx }, transform: { react: { runtime: 'automatic' } } },
  module: { type: 'es6' },
  sourceMaps: 'inline',
});

const project = (displayName, folder) => ({
  displayName,
  rootDir: `${root}${folder}`,
  testEnvironment: `${root}tools/jest/checked-environment.mjs`,
  globalSetup: `${root}tools/jest/global-setup.mjs`,
  globalTeardown: `${root}tools/jest/global-teardown.mjs`,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testMatch: ['**/*.unit.test.{ts,tsx}', '**/*.int.test.ts', '**/*.e2e.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.data/'],
  modulePathIgnorePatterns: ['/dist/package.json$', '/\\.data/'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc(false)], '^.+\\.tsx$': ['@swc/jest', swc(true)] },
  moduleNameMapper: {
    '^@brook/common/(.*)$': `${root}libs/common/src/$1/index.ts`,
    '^@brook/sdk$': `${root}libs/sdk/src/index.ts`,
    '^@brook/infra/local$': `${root}infra/local/src/index.ts`,
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
});

export default {
  projects: [
    project('common', 'libs/common'),
    project('sdk', 'libs/sdk'),
    project('web', 'clients/web'),
    project('gateway', 'services/gateway'),
    project('messages', 'services/messages'),
    project('rooms', 'services/rooms'),
    project('users', 'services/users'),
    project('infra', 'infra'),
    project('e2e', 'e2e'),
    project('bench', 'bench'),
  ],
  testTimeout: 30_000,
  maxWorkers: 2,
  reporters: ['default', `${root}tools/jest/count-reporter.mjs`],
};
