/*
 * Which part may know which. The direction: service -> @brook/common/<module>; clients and the SDK -> contracts (and the
 * SDK); contracts know nobody.
 */
const generated = '/generated/';
const test = '(/test/|/testing/|\\.(unit|int|e2e)\\.test\\.ts$|^e2e/|^bench/)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no order in which it can be understood. Types alone may refer to each other.',
      severity: 'error',
      from: { pathNot: generated },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that resolves to nothing would fail at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'services-know-no-service',
      comment: 'Services talk over streams and internal HTTP; shared code lives in libs/common.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-import-common-only',
      comment: 'Of our own code a service uses @brook/common/<module>, by its public name.',
      severity: 'error',
      from: { path: '^services/', pathNot: test },
      to: { path: '^(libs/sdk|clients|infra|e2e|bench)/' },
    },
    {
      name: 'common-by-module-name',
      comment: 'A module of libs/common is entered by its index; reaching into it ties others to its inside.',
      severity: 'error',
      from: { path: '^(services|libs/sdk|clients|infra|e2e|bench)/' },
      to: { path: '^libs/common/(src|dist)/', pathNot: '^libs/common/(src|dist)/[^/]+/index\\.(ts|js|d\\.ts)$' },
    },
    {
      name: 'common-knows-no-user',
      comment: 'libs/common is a leaf of our own code.',
      severity: 'error',
      from: { path: '^libs/common/' },
      to: { path: '^(services|libs/sdk|clients|infra|e2e|bench)/' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      comment: 'Contracts run in browsers and are read by everybody.',
      severity: 'error',
      from: { path: '^libs/common/src/contracts/', pathNot: test },
      to: { path: '^(libs|services|clients|infra)/', pathNot: '^libs/common/src/contracts/' },
    },
    {
      name: 'contracts-are-browser-safe',
      comment: "No module of Node in what browsers load. What lies beside a client's sources builds it.",
      severity: 'error',
      from: { path: '^(libs/common/src/contracts/|clients/)', pathNot: `${test}|^clients/[^/]+/[^/]+$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'errors-import-contracts-only',
      comment: 'Errors are the contract of failing; they need no machinery.',
      severity: 'error',
      from: { path: '^libs/common/src/errors/', pathNot: test },
      to: { path: '^(libs|services|clients|infra)/', pathNot: '^libs/common/src/(errors|contracts)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules know contracts and errors: no database, no Redis, no HTTP, no clock of a library.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: test },
      to: {
        path: '^(libs|services|clients|infra)/|node_modules/(ioredis|pg|express|ws|pino|@prisma)/',
        pathNot: '^(services/[^/]+/src/domain/|libs/common/(src|dist)/(contracts|errors)/)',
      },
    },
    {
      name: 'clients-and-sdk-import-sdk-and-contracts-only',
      comment: 'What runs at the users must not pull in the server.',
      severity: 'error',
      from: { path: '^(clients/([^/]+)|libs/sdk)/', pathNot: test },
      to: { path: '^(libs/common|services|infra)/', pathNot: '^libs/common/(src|dist)/contracts/' },
    },
    {
      name: 'only-repositories-touch-prisma',
      comment: 'Storage has one door a service: repositories, wired up by the composition root.',
      severity: 'error',
      from: {
        path: '^services/[^/]+/(src|test)/',
        pathNot: '^services/[^/]+/src/(repositories/|generated/|(main|wiring|composition)\\.ts$)|/test/',
      },
      to: { path: '^services/[^/]+/src/generated/|node_modules/@prisma/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|\\.data)/|^clients/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.lint.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
