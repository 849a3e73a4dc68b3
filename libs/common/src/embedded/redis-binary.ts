import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { StartupError } from './startup-error.js';

/** Where a Redis comes from: a program of this system, or a container image. */
export type RedisSource = { kind: 'program'; path: string } | { kind: 'docker'; image: string };

const REDIS_IMAGE = 'redis:7-alpine';
const DOCKER_ANSWER_MS = 5_000;
const APT_LIMIT_MS = 300_000;
const PULL_LIMIT_MS = 300_000;

/**
 * Finds a Redis: `REDIS_SERVER`, then `redis-server` or `valkey-server` on PATH, else a Docker engine that answers, else,
 * as root on Debian or Ubuntu, installs the package after saying so through `announce`.
 * Throws StartupError with the command for this system where nothing helps.
 */
export function findRedis(announce: (sentence: string) => void): RedisSource {
  const named = process.env['REDIS_SERVER'];
  if (named !== undefined && named !== '') return { kind: 'program', path: executable(named) ?? missing(named) };
  const onPath = executable('redis-server') ?? executable('valkey-server');
  if (onPath !== undefined) return { kind: 'program', path: onPath };
  if (dockerAnswers() && dockerImageReady(REDIS_IMAGE, announce)) return { kind: 'docker', image: REDIS_IMAGE };
  if (isRootOnDebian()) return { kind: 'program', path: installFromApt(announce) };
  throw new StartupError(`Brook needs a Redis server and found none: run "${installCommand()}", start Docker, or set REDIS_URL.`);
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
 * Installs packages with apt without questions. A daemon that a package brings is not left running or enabled.
 * Throws StartupError with apt's last words.
 */
export function aptInstall(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, encoding: 'utf8' as const, timeout: APT_LIMIT_MS };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  spawnSync('apt-get', ['update', '-q'], options); // A stale list may do; the install says whether it did.
  const done = spawnSync('apt-get', install, options);
  if (done.status === 0) return;
  const lastWords = `${done.stdout ?? ''}\n${done.stderr ?? ''}`.trim().split('\n').at(-1) ?? '';
  throw new StartupError(`"apt-get ${install.join(' ')}" failed: ${done.error?.message ?? lastWords}`);
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
function installFromApt(announce: (sentence: string) => void): string {
  announce('No redis-server on PATH and none from Docker: installing the Debian package redis-tools with apt-get.');
  aptInstall(['redis-tools']);
  const program = executable('redis-server') ?? executable('redis-check-rdb');
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
