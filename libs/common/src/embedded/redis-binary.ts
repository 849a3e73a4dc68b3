import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { StartupError } from './startup-error.js';

/** Where a Redis comes from: a program of this system, or a container image. */
export type RedisSource = { kind: 'program'; path: string } | { kind: 'docker'; image: string };

const REDIS_IMAGE = 'redis:7-alpine';
const DOCKER_ANSWER_MS = 5_000;
const APT_LIMIT_MS = 300_000;
const APT_LOCK_POLL_MS = 500;
/** What apt says of a lock that another process holds; one that may not be opened is not worth waiting for. */
const APT_LOCKED = /could not get lock|is another process using it/i;
const PULL_LIMIT_MS = 300_000;

/**
 * Finds a Redis: a program of this system (see `findRedisProgram`), else a Docker engine that answers, else, as root on
 * Debian or Ubuntu, installs the package after saying so through `announce`.
 * Throws StartupError with the command for this system where nothing helps.
 */
export function findRedis(announce: (sentence: string) => void): RedisSource {
  const path = presentProgram();
  if (path === undefined && dockerAnswers() && dockerImageReady(REDIS_IMAGE, announce))
    return { kind: 'docker', image: REDIS_IMAGE };
  return { kind: 'program', path: path ?? installFromApt(announce, 'start Docker, or set REDIS_URL') };
}

/**
 * A program of this system, for tests that kill it: `REDIS_SERVER`, then `redis-server`, `valkey-server` or
 * `redis-check-rdb` on PATH, else from the package. It is to be started through `asRedisServer`.
 */
export function findRedisProgram(announce: (sentence: string) => void): string {
  return presentProgram() ?? installFromApt(announce, 'or name a program in REDIS_SERVER');
}

/**
 * The program under a name by which it is a server. `redis-check-rdb` is the server's own program, which decides by its
 * name what it is: it gets a link in `folder`.
 */
export function asRedisServer(path: string, folder: string): string {
  if (basename(path) !== 'redis-check-rdb') return path;
  const link = join(folder, 'redis-server');
  if (!existsSync(link)) symlinkSync(path, link);
  return link;
}

function presentProgram(): string | undefined {
  const named = process.env['REDIS_SERVER'];
  if (named !== undefined && named !== '') return executable(named) ?? missing(named);
  return ['redis-server', 'valkey-server', 'redis-check-rdb'].map(executable).find((path) => path !== undefined);
}

/** The absolute path of a program on PATH (or of a given path), `undefined` when it is not there or not executable. */
export function executable(name: string): string | undefined {
  const candidates = isAbsolute(name) ? [name] : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable);
}

/** Whether this process may install packages with apt. */
export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && executable('apt-get') !== undefined;
}

/**
 * Installs packages with apt without questions, waiting while another process installs: a machine that has just booted often
 * does. A daemon that a package brings is not left running or enabled.
 * Throws StartupError with apt's last words.
 */
export function aptInstall(packages: string[]): void {
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  aptGet(['update', '-q']); // A stale list may do; the install says whether it did.
  const done = aptGet(install);
  if (done.status === 0) return;
  const lastWords = `${done.stdout ?? ''}\n${done.stderr ?? ''}`.trim().split('\n').at(-1) ?? '';
  throw new StartupError(`"apt-get ${install.join(' ')}" failed: ${done.error?.message ?? lastWords}`);
}

function aptGet(args: string[]) {
  const deadline = performance.now() + APT_LIMIT_MS;
  // The locks are known by what apt says of them, which it would otherwise say in the language of this system.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  for (;;) {
    const done = spawnSync('apt-get', args, { env, encoding: 'utf8', timeout: APT_LIMIT_MS });
    if (done.status === 0 || !APT_LOCKED.test(done.stderr ?? '') || performance.now() > deadline) return done;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, APT_LOCK_POLL_MS);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not there, or not ours to run: both mean "look further".
  }
}

function missing(named: string): never {
  throw new StartupError(`REDIS_SERVER names ${named}, which is not a program that can be run.`);
}

/** Whether a Docker engine answers. */
export function dockerAnswers(): boolean {
  if (executable('docker') === undefined) return false;
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: DOCKER_ANSWER_MS }).status === 0;
}

/** Whether the engine has an image or can fetch it now, which is said through `announce` before. */
export function dockerImageReady(image: string, announce: (sentence: string) => void): boolean {
  if (spawnSync('docker', ['image', 'inspect', image]).status === 0) return true;
  announce(`Fetching the image ${image} with Docker ...`);
  const pulled = spawnSync('docker', ['pull', '--quiet', image], { encoding: 'utf8', timeout: PULL_LIMIT_MS });
  if (pulled.status === 0) return true;
  announce(`Docker could not fetch ${image}: ${pulled.error?.message ?? pulled.stderr.trim()}`);
  return false;
}

/**
 * Only `redis-tools`: it holds the very program (`redis-server` is a link to it in the other package) and, unlike the
 * package `redis-server`, starts no daemon on port 6379 that nobody asked for.
 */
function installFromApt(announce: (sentence: string) => void, otherwise: string): string {
  if (!isRootOnDebian())
    throw new StartupError(`Brook needs a Redis server and found none: run "${installCommand()}", ${otherwise}.`);
  announce('No Redis server found: installing the Debian package redis-tools with apt-get.');
  aptInstall(['redis-tools']);
  const program = presentProgram();
  if (program !== undefined) return program;
  throw new StartupError(
    'The Debian package redis-tools brought no Redis server: run "apt-get install redis-server", or set REDIS_URL.',
  );
}

function installCommand(): string {
  if (process.platform === 'darwin') return 'brew install redis';
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const commands: [RegExp, string][] = [
    [/ID(_LIKE)?=.*(debian|ubuntu)/, 'sudo apt-get install redis-server'],
    [/ID(_LIKE)?=.*(fedora|rhel|centos)/, 'sudo dnf install redis'],
    [/ID(_LIKE)?=.*suse/, 'sudo zypper install redis'],
    [/ID(_LIKE)?=.*arch/, 'sudo pacman -S redis'],
    [/ID(_LIKE)?=.*alpine/, 'apk add redis'],
  ];
  return commands.find(([pattern]) => pattern.test(release))?.[1] ?? 'sudo apt-get install redis-server';
}
