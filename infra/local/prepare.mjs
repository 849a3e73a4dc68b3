/*
 * The stage before anything is installed: only Node's own modules and our own files that need no others.
 */
import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BuildError, build } from '../../tools/build.mjs';
import { fingerprint, openStamps } from '../../tools/fingerprint.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NEEDED_MB = 200;

const say = (line) => process.stdout.write(`${line}\n`);
const complain = (line) => process.stderr.write(`${line}\n`);

/** Installs and builds what changed since the last time. Returns false after saying why it could not. */
export function prepare() {
  return enoughDisk() && install() && buildAll();
}

/**
 * Installs the locked packages when the lock file, Node or the platform differ from what was installed last. A build
 * needs the development packages, whatever NODE_ENV says. Returns false after saying why it could not.
 */
export function install() {
  const wanted = fingerprint(root, ['package-lock.json']);
  const stamps = openStamps(root);
  if (stamps.matches('install', wanted)) return true;
  say('Installing packages (npm ci) ...');
  const npm = npmCommand(['ci', '--include=dev', '--no-audit', '--no-fund']);
  const done = spawnSync(npm.command, npm.args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status !== 0) {
    complain('The packages could not be installed (see npm above): check the network connection and start again.');
    return false;
  }
  stamps.set('install', wanted);
  return true;
}

/** Builds what changed. Returns false after showing what the build said. */
export function buildAll() {
  try {
    build((title) => say(`Building: ${title}`));
    return true;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    complain(`${error.output}\n${error.message}.`);
    return false;
  }
}

/** `npm start` names the npm that runs it; a direct start takes the one on PATH. */
function npmCommand(args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') ? { command: process.execPath, args: [npm, ...args] } : { command: 'npm', args };
}

function enoughDisk() {
  const { bavail, bsize } = statfsSync(root);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMb >= NEEDED_MB) return true;
  complain(`The disk of ${root} has only ${freeMb} MB free and Brook needs ${NEEDED_MB} MB: make room and start again.`);
  return false;
}
