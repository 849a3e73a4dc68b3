import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { aptInstall, asRedisServer, findRedis, findRedisProgram } from './redis-binary.js';
import { StartupError } from './startup-error.js';

const { PATH, REDIS_SERVER } = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brook-programs-'));
  delete process.env['REDIS_SERVER'];
});
afterEach(() => {
  process.env['PATH'] = PATH;
  if (REDIS_SERVER !== undefined) process.env['REDIS_SERVER'] = REDIS_SERVER;
  rmSync(folder, { recursive: true, force: true });
});

/** A program in the test's own folder, which stands first on PATH. */
function program(name: string, lines: string[] = []): string {
  const path = join(folder, name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

describe('a Redis of this system', () => {
  beforeEach(() => {
    process.env['PATH'] = folder;
  });

  test('is found where only the Debian package redis-tools is installed, without installing it again', () => {
    const path = program('redis-check-rdb');
    const announced: string[] = [];
    expect(findRedisProgram((sentence) => announced.push(sentence))).toBe(path);
    expect(findRedis((sentence) => announced.push(sentence))).toEqual({ kind: 'program', path });
    expect(announced).toEqual([]);
  });

  test('is preferred under its own name', () => {
    program('redis-check-rdb');
    const path = program('redis-server');
    expect(findRedisProgram(() => undefined)).toBe(path);
  });

  test('gets a link with the name by which it is a server, and keeps a name that is one', () => {
    const path = program('redis-check-rdb');
    const link = join(folder, 'redis-server');
    expect(asRedisServer(path, folder)).toBe(link);
    expect(readlinkSync(link)).toBe(path);
    expect(asRedisServer(path, folder)).toBe(link);
    expect(asRedisServer('/usr/bin/valkey-server', folder)).toBe('/usr/bin/valkey-server');
  });

  test('that REDIS_SERVER names must be a program', () => {
    program('redis-server');
    process.env['REDIS_SERVER'] = join(folder, 'none');
    expect(() => findRedisProgram(() => undefined)).toThrow(
      new StartupError(`REDIS_SERVER names ${join(folder, 'none')}, which is not a program that can be run.`),
    );
  });
});

describe('installing packages', () => {
  beforeEach(() => {
    process.env['PATH'] = `${folder}${delimiter}${PATH}`;
  });

  test('waits while another process holds the lock', () => {
    const calls = join(folder, 'calls');
    program('apt-get', [
      `echo "$*" >> ${calls}`,
      `[ $(wc -l < ${calls}) = 1 ] && echo "E: Could not get lock /var/lib/apt/lists/lock." >&2 && exit 100`,
      `[ $(wc -l < ${calls}) = 3 ] && echo "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?" >&2 && exit 100`,
      'exit 0',
    ]);
    aptInstall(['hello']);
    const install = 'install -y --no-install-recommends hello';
    expect(readFileSync(calls, 'utf8').trim().split('\n')).toEqual(['update -q', 'update -q', install, install]);
  });

  test('does not wait for a lock that may not be opened', () => {
    const calls = join(folder, 'calls');
    const refusal = 'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?';
    program('apt-get', [`echo "$*" >> ${calls}`, `echo "${refusal}" >&2`, 'exit 100']);
    expect(() => aptInstall(['hello'])).toThrow('are you root?');
    expect(readFileSync(calls, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  test("ends at once with apt's last words where anything else is wrong", () => {
    program('apt-get', ['echo "E: Unable to locate package hello" >&2', `[ $1 = update ] || touch ${folder}/asked`, 'exit 100']);
    expect(() => aptInstall(['hello'])).toThrow('"apt-get install -y --no-install-recommends hello" failed: E: Unable to locate');
    expect(existsSync(join(folder, 'asked'))).toBe(true);
  });
});
