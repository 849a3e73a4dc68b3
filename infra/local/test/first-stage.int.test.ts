import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fingerprint, openStamps } from '../../../tools/fingerprint.mjs';

describe.each(['start.mjs', 'test.mjs', 'brook.mjs'])('%s', (script) => {
  test('refuses an old Node in one sentence before it does anything else', async () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.20.1"}})';
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const result = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '' };
      execFile(process.execPath, ['--import', pretend, path], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code, stdout, stderr }),
      );
    });
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Brook needs Node 20.19 or newer and this is Node 18.20.1: install a newer one from https://nodejs.org.\n',
    });
  });
});

describe('what decides whether something is built again', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'brook-stamps-'));
    mkdirSync(join(root, 'src/dist'), { recursive: true });
    writeFileSync(join(root, 'src/a.ts'), 'a');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('is the content of the sources, not their times or their outputs', () => {
    const before = fingerprint(root, ['src', 'absent']);
    utimesSync(join(root, 'src/a.ts'), 1, 1);
    writeFileSync(join(root, 'src/dist/a.js'), 'built');
    expect(fingerprint(root, ['src', 'absent'])).toBe(before);
    writeFileSync(join(root, 'src/a.ts'), 'b');
    expect(fingerprint(root, ['src', 'absent'])).not.toBe(before);
    expect(fingerprint(root, ['src'], ['another command'])).not.toBe(fingerprint(root, ['src']));
  });

  test('is kept with the installed packages', () => {
    expect(openStamps(root).matches('part', 'x')).toBe(false);
    openStamps(root).set('part', 'x');
    expect(openStamps(root).matches('part', 'x')).toBe(true);
    expect(openStamps(root).matches('part', 'y')).toBe(false);
  });
});
