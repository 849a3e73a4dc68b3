import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const MB = 1024 * 1024;

test('unused heap goes back to the system in a process that rests after a storm', async () => {
  const program = `
    import { getHeapStatistics } from 'node:v8';
    import { giveBackUnusedHeap } from ${JSON.stringify(new URL('../dist/lifecycle/unused-heap.js', import.meta.url).href)};
    const mb = () => getHeapStatistics().total_heap_size / ${MB};
    giveBackUnusedHeap((err) => { throw err; });
    let kept = [];
    for (let n = 0; n < 600_000; n++) kept.push({ n, text: 'line ' + n, more: [n] });
    kept = undefined;
    const storm = mb();
    for (const until = Date.now() + 60_000; mb() > storm / 2 && Date.now() < until; ) await new Promise((r) => setTimeout(r, 250));
    console.log(JSON.stringify([storm, mb()]));
  `;
  // Without V8's own memory reducer nothing else collects here.
  const args = ['--no-memory-reducer', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env['PATH'] } });
  const [storm, rest] = JSON.parse(stdout) as [number, number];
  expect(stderr).toBe('');
  expect(storm).toBeGreaterThan(60);
  expect(rest).toBeLessThan(storm / 2);
}, 90_000);
