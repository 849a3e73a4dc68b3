import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { folderHolder, lockFolder, startMark } from '@brook/common/embedded';

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'brook-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const pretend = (holder: object) => writeFileSync(join(folder, 'lock.json'), JSON.stringify(holder));

  test('is refused while its holder lives, naming it, and free after its release', () => {
    const release = lockFolder(folder);
    expect(folderHolder(folder)).toBe(process.pid);
    expect(() => lockFolder(folder)).toThrow(`already in use by process ${process.pid}`);
    release();
    expect(folderHolder(folder)).toBeUndefined();
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is taken over from a process that is gone', async () => {
    const child = spawn('true');
    const { pid } = child;
    await once(child, 'close');
    pretend({ pid, started: 'then' });
    lockFolder(folder)();
  });

  test('is taken over when the process id now belongs to another process', () => {
    pretend({ pid: process.ppid, started: `before ${startMark(process.ppid)}` });
    expect(folderHolder(folder)).toBeUndefined();
    lockFolder(folder)();
  });

  test('is taken over from a file that a crash left unfinished', () => {
    writeFileSync(join(folder, 'lock.json'), '{"pid":');
    lockFolder(folder)();
  });
});
