import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_DATABASE_VARIABLE } from '@brook/common/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../tools/checks/command.mjs';
import { type CheckCommand, driftChecks, staticChecks } from '../../../tools/checks/static-checks.mjs';
import { type CheckoutCopy, copyCheckout } from './support/checkout-copy.js';

/* Every static check of `npm test` is worth something: a planted fault of its kind turns it red, its absence green. */

const MINUTE = 60_000;

const runCheck = (check: CheckCommand) => runCommand(check, { limitMs: MINUTE });

/** Fails with what the check said. */
async function expectToPass(check: CheckCommand): Promise<void> {
  const { ok, output } = await runCheck(check);
  expect(ok ? 'passed' : output).toBe('passed');
}

function named(checks: CheckCommand[], name: string): CheckCommand {
  const check = checks.find((each) => each.name === name);
  if (!check) throw new Error(`There is no check "${name}".`);
  return check;
}

describe('on a small part of the checkout', () => {
  let copy: CheckoutCopy;
  const contracts = 'libs/common/src/contracts';
  const planted = `${contracts}/planted.ts`;
  beforeAll(() => {
    copy = copyCheckout([contracts, 'libs/common/package.json', 'libs/common/tsconfig.json']);
  });
  afterAll(() => copy.remove());

  /** The check passes, fails with the fault naming its file, and passes again. */
  async function turnsRed(check: CheckCommand, path: string, text: string): Promise<void> {
    await expectToPass(check);
    copy.plant(path, text);
    const verdict = await runCheck(check);
    copy.uproot(path);
    expect(verdict.ok).toBe(false);
    expect(verdict.output).toContain('planted');
  }

  test('format: a file that the formatter would change', async () => {
    await turnsRed(named(staticChecks(copy.folder), 'format'), planted, 'export  const  planted=1\n');
  });

  test(
    'lint: each of the four rules',
    async () => {
      const check = named(staticChecks(copy.folder), 'lint');
      await expectToPass(check);
      copy.plant(
        planted,
        [
          "import { User } from './entities.js';",
          'export type Planted = User;',
          'export function floating(): void { Promise.resolve(1); }',
          'export const misused = (found: Promise<boolean>): number => (found ? 1 : 2);',
          "export function open(state: 'open' | 'closed'): void { switch (state) { case 'open': break; } }",
        ].join('\n'),
      );
      const { ok, output } = await runCheck(check);
      copy.uproot(planted);
      expect(ok).toBe(false);
      for (const rule of [
        'no-floating-promises',
        'no-misused-promises',
        'switch-exhaustiveness-check',
        'consistent-type-imports',
      ]) {
        expect(output).toContain(`@typescript-eslint/${rule}`);
      }
    },
    MINUTE,
  );

  test(
    'types: a source that does not type-check',
    async () => {
      const compiler = join(copy.folder, 'node_modules/typescript/bin/tsc');
      const build: CheckCommand = {
        name: 'build',
        command: [process.execPath, compiler, '-b', 'libs/common'],
        cwd: copy.folder,
        env: { ...process.env, NODE_OPTIONS: '' },
      };
      await turnsRed(build, planted, "export const planted: number = 'one';\n");
    },
    MINUTE,
  );

  test(
    'types of tests: a test that does not type-check',
    async () => {
      const check = named(staticChecks(copy.folder), 'types of tests');
      await turnsRed(check, `${contracts}/planted.unit.test.ts`, "export const planted: number = 'one';\n");
    },
    MINUTE,
  );
});

describe('on the whole checkout', () => {
  let copy: CheckoutCopy;
  beforeAll(() => {
    copy = copyCheckout();
  });
  afterAll(() => copy.remove());

  /** Imports that must not be, each with the rule that forbids it. */
  const forbidden: [rule: string, path: string, text: string][] = [
    ['services-know-no-service', 'services/users/src/planted-a.ts', "export * from '../../rooms/src/config.js';\n"],
    ['services-import-common-only', 'services/users/src/planted-b.ts', "export * from '@brook/sdk';\n"],
    [
      'common-by-module-name',
      'services/users/src/planted-c.ts',
      "export * from '../../../libs/common/src/contracts/limits.js';\n",
    ],
    ['common-knows-no-user', 'libs/common/src/http/planted.ts', "export * from '../../../sdk/src/index.js';\n"],
    ['contracts-import-nothing-of-ours', 'libs/common/src/contracts/planted-a.ts', "export * from '../config/index.js';\n"],
    ['contracts-are-browser-safe', 'libs/common/src/contracts/planted-b.ts', "export { readFileSync } from 'node:fs';\n"],
    ['errors-import-contracts-only', 'libs/common/src/errors/planted.ts', "export * from '../config/index.js';\n"],
    ['domain-is-pure', 'services/users/src/domain/planted.ts', "export { Redis } from 'ioredis';\n"],
    ['clients-and-sdk-import-sdk-and-contracts-only', 'libs/sdk/src/planted.ts', "export * from '@brook/common/config';\n"],
    [
      'only-repositories-touch-prisma',
      'services/users/src/routes/planted.ts',
      "export * from '../generated/prisma/client.js';\n",
    ],
    ['not-resolvable', 'libs/common/src/http/planted-b.ts', "export * from './nowhere.js';\n"],
    ['no-cycles', 'libs/common/src/config/planted-a.ts', "import { b } from './planted-b.js';\nexport const a = () => b;\n"],
    ['no-cycles', 'libs/common/src/config/planted-b.ts', "import { a } from './planted-a.js';\nexport const b = () => a;\n"],
  ];

  test(
    'boundaries: each forbidden import is named with its rule, and nothing else is',
    async () => {
      const check = named(staticChecks(copy.folder), 'boundaries');
      await expectToPass(check);
      for (const [, path, text] of forbidden) copy.plant(path, text);
      const { ok, output } = await runCheck(check);
      for (const [, path] of forbidden) copy.uproot(path);
      expect(ok).toBe(false);
      // A cycle is reported once, under whichever of its files was read first.
      const asReported = (path: string) => path.replaceAll('.', '\\.').replace(/config\/planted-[ab]/, 'config/planted-[ab]');
      const unnamed = forbidden.filter(([rule, path]) => !new RegExp(`error ${rule}: ${asReported(path)}`).test(output));
      expect(unnamed).toEqual([]);
    },
    MINUTE,
  );

  test(
    'unused: a file and an export that nobody uses',
    async () => {
      const check = named(staticChecks(copy.folder), 'unused');
      await expectToPass(check);
      copy.plant('services/users/src/planted.ts', 'export const planted = 1;\n');
      const text = join(copy.folder, 'libs/sdk/src/options.ts');
      copy.plant('libs/sdk/src/options.ts', `${readFileSync(text, 'utf8')}\nexport const plantedExport = 1;\n`);
      const { ok, output } = await runCheck(check);
      expect(ok).toBe(false);
      expect(output).toContain('services/users/src/planted.ts');
      expect(output).toContain('plantedExport');
    },
    MINUTE,
  );

  test.each(['messages', 'rooms', 'users'])(
    'migration drift: a schema of %s that its migrations do not lead to',
    async (service) => {
      const check = named(driftChecks(copy.folder, process.env[TEST_DATABASE_VARIABLE] ?? ''), `migrations of ${service}`);
      await expectToPass(check);
      const schema = `services/${service}/prisma/schema.prisma`;
      copy.plant(schema, `${readFileSync(join(copy.folder, schema), 'utf8')}\nmodel Planted {\n  id Int @id\n}\n`);
      const { ok, output } = await runCheck(check);
      expect(ok).toBe(false);
      expect(output).toContain('Planted');
    },
    MINUTE,
  );
});
