#!/usr/bin/env node
// `node e2e/faults/mutations.mjs [name]`: takes each guard of the guarantees out of a copy of this checkout, one at a time, and
// shows that a named fault test then fails. A mutation that no test notices, or that no longer fits the sources, is an error.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TEST_LIMIT_MS = 240_000;
const MIGRATION = 'services/messages/prisma/migrations/20261122000000_init/migration.sql';
const LOOP = 'libs/common/src/streams/partition-loop.ts';
const REGISTRY = 'services/gateway/src/fanout/room-registry.ts';

/** `changes`: file, what stands there, what stands there instead. `test`: file and name of the test that must fail. */
const MUTATIONS = [
  {
    name: 'epoch check',
    changes: [[MIGRATION, 'AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE', 'FOR SHARE']],
    test: ['processes', 'between its read and its write'],
  },
  {
    name: 'duplicate check',
    changes: [[MIGRATION, 'AND m.client_id = i.client\n  ), refused', 'AND m.client_id = i.client AND false\n  ), refused']],
    test: ['processes', 'of the messages owner'],
  },
  {
    name: 're-read from 0-0',
    changes: [
      [LOOP, "#cursor = '0-0';\n  /**", "#cursor = '$';\n  /**"],
      [LOOP, "      this.#cursor = '0-0';\n", ''],
    ],
    test: ['processes', 'of the messages owner'],
  },
  {
    name: 'rev filter',
    changes: [
      [REGISTRY, '!room || (room.position !== undefined && rev <= room.position)', '!room'],
      [
        'services/gateway/src/fanout/room-line.ts',
        '    if (rev <= this.#position) return [];\n    if (rev > this',
        '    if (rev > this',
      ],
      [
        'services/gateway/src/fanout/local-room.ts',
        '        if (rev <= subscription.fromRev) continue;\n        subscription.subscriber',
        '        subscription.subscriber',
      ],
    ],
    test: ['processes', 'of the messages owner'],
  },
  {
    name: 'gap fetch',
    changes: [
      [
        'services/gateway/src/fanout/room-healer.ts',
        'if (this.#stopped || this.#healing.has(room)',
        'if (this.#healing.size >= 0 || this.#healing.has(room)',
      ],
    ],
    test: ['convergence', '11.'],
  },
  {
    name: 'floorRev',
    changes: [['libs/common/src/cache/scripts/read-recent.lua', 'if since < tonumber(meta[3]) then', 'if since < 0 then']],
    test: ['convergence', '11.'],
  },
  {
    name: 'retry_order',
    changes: [
      ['services/gateway/src/commands/send-order.ts', 'if (first.clientId !== clientId) throw', 'if (false as boolean) throw'],
    ],
    test: ['order', 'one refused send amid'],
  },
  {
    name: 'register, then check',
    changes: [
      [
        REGISTRY,
        '    const room = this.#open(request.roomId);\n    const sub',
        '    const checked = await request.check();\n    const room = this.#open(request.roomId);\n    const sub',
      ],
      [REGISTRY, '(await request.check()).memberCount', 'checked.memberCount'],
    ],
    test: ['order', '13.'],
  },
];

const only = process.argv[2];
const copy = copyCheckout();
let unnoticed = 0;
try {
  build();
  for (const mutation of MUTATIONS.filter(({ name }) => only === undefined || name === only)) {
    if (!survives(mutation)) continue;
    unnoticed++;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(unnoticed === 0 ? 'Every mutation was noticed.\n' : `${unnoticed} mutations were not noticed.\n`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** Applies a mutation, runs its test, takes it back. Returns whether the test passed all the same. */
function survives({ name, changes, test: [file, title] }) {
  const files = [...new Set(changes.map(([path]) => path))];
  const before = new Map(files.map((path) => [path, readFileSync(join(copy, path), 'utf8')]));
  try {
    for (const [path, from, to] of changes) {
      const text = readFileSync(join(copy, path), 'utf8');
      if (text.split(from).length !== 2)
        throw new Error(`"${name}" does not fit ${path} any more: bring the mutation up to date.`);
      writeFileSync(
        join(copy, path),
        text.replace(from, () => to),
      );
    }
    build();
    const { status, stdout, stderr } = runTest(file, title);
    const reason =
      /●.*\n\n\s*(.*)\n?(.*)/.exec(`${stdout}${stderr}`)?.slice(1).join(' ').replace(/\s+/g, ' ').slice(0, 160) ?? '';
    process.stdout.write(
      `${status === 0 ? 'NOT NOTICED' : 'noticed'}  ${name}, by e2e/faults/${file}: ${title}\n             ${reason}\n`,
    );
    return status === 0;
  } finally {
    for (const [path, text] of before) writeFileSync(join(copy, path), text);
  }
}

function runTest(file, title) {
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', 'e2e', '--runInBand', '--forceExit'];
  return spawnSync(process.execPath, [...jest, '--testPathPatterns', `faults/${file}`, '-t', title], {
    cwd: root,
    encoding: 'utf8',
    timeout: TEST_LIMIT_MS,
    env: {
      ...process.env,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      BROOK_FAULTS_ROOT: copy,
    },
  });
}

/** Compiles the services of the copy. */
function build() {
  const projects = ['messages', 'rooms', 'users', 'gateway'].map((name) => `services/${name}`);
  const done = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`The copy could not be compiled:\n${done.stdout}`);
}

/** A copy of what the services are made of, on the installed packages, whose links to our own code lead into the copy. */
function copyCheckout() {
  const folder = mkdtempSync(join(tmpdir(), 'brook-mutations-'));
  for (const path of ['libs/common', 'services', 'tsconfig.base.json', 'package.json']) copyTree(path, folder);
  mkdirSync(join(folder, 'node_modules/@brook'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@brook') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(join(folder, 'libs/common'), join(folder, 'node_modules/@brook/common'));
  mkdirSync(join(folder, 'clients/web'), { recursive: true });
  symlinkSync(join(root, 'clients/web/dist'), join(folder, 'clients/web/dist'));
  return folder;
}

function copyTree(path, folder) {
  const from = join(root, path);
  const to = join(folder, path);
  const name = path.split('/').at(-1);
  if (name === 'dist' || name.endsWith('.tsbuildinfo')) return;
  mkdirSync(dirname(to), { recursive: true });
  if (name === 'node_modules') symlinkSync(from, to);
  else if (lstatSync(from).isDirectory()) for (const child of readdirSync(from)) copyTree(join(path, child), folder);
  else cpSync(from, to);
}
