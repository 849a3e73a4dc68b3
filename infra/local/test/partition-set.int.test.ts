import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { SpawnedBrook } from '@brook/infra/local';
import { type BrookFolder, brookFolder } from './support/brook-folder.js';

/** A whole system is started twice here. */
jest.setTimeout(120_000);

let folder: BrookFolder;
beforeAll(async () => {
  folder = await brookFolder();
});
afterAll(() => folder.remove());

test('a Brook whose number of partitions was changed goes on with everything it had', async () => {
  const first = await folder.start();
  const session = await call(first, 'POST', '/users', '', { username: 'ada', password: 'a long password', tokens: 'body' });
  const token = session['accessToken'] as string;
  const { room } = await call(first, 'POST', '/rooms', token, { name: 'kept' });
  const { id: roomId } = room as { id: string };
  for (const text of ['one', 'two']) await call(first, 'POST', `/rooms/${roomId}/messages`, token, message(text));
  expect(await brook('partitions', 'set', '5')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Brook is running on'),
  });
  expect(await first.stop()).toBe(0);

  expect(await brook('partitions', 'set', '5')).toEqual({
    code: 0,
    stdout: 'There were 2 partitions and are 5 now.\nStart every service with PARTITIONS=5 from now on.\n',
    stderr: '',
  });
  expect((await folder.refusedStart()).output).toContain('set up with 5 partitions');

  const second = await folder.start({ env: { PARTITIONS: '5' } });
  await call(second, 'POST', `/rooms/${roomId}/messages`, token, message('three'));
  const { items } = (await call(second, 'GET', `/rooms/${roomId}/messages`, token)) as { items: { seq: number; text: string }[] };
  expect(items.map(({ seq, text }) => [seq, text])).toEqual([
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ]);
  // A change of rooms and one of users, as every process reads them now.
  await call(second, 'PATCH', `/rooms/${roomId}`, token, { name: 'renamed' });
  expect(await call(second, 'GET', `/rooms/${roomId}`, token)).toMatchObject({ room: { name: 'renamed' } });
  await call(second, 'PATCH', '/me', token, { displayName: 'Ada L.' });
  expect(await call(second, 'GET', '/users/ada', '')).toMatchObject({ user: { displayName: 'Ada L.' } });
  expect(await second.stop()).toBe(0);
});

const message = (text: string) => ({ clientId: randomUUID(), text });

async function call(brook: SpawnedBrook, method: string, path: string, token: string, body?: object) {
  const response = await fetch(`${brook.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

function brook(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL('../brook.mjs', import.meta.url));
  const env = { ...process.env, NODE_OPTIONS: '', BROOK_DATA_DIR: folder.dataDir };
  return new Promise((resolve) =>
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}
