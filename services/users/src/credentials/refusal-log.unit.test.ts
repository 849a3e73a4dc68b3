import { createLogger } from '@brook/common/logging';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type DatedDraft, RefusalLog } from './refusal-log.js';

const NEVER_MS = 3_600_000;
const line = (id: string): DatedDraft => ({
  draft: { action: 'session.refused', actor: null, target: { kind: 'user', id, name: id }, detail: {}, ip: '203.0.113.0' },
  at: new Date(0),
});

let log: RefusalLog;
afterEach(() => log.stop());

function collect() {
  const said: string[] = [];
  const written: string[][] = [];
  const state = { down: false };
  const logger = createLogger({ service: 'users', level: 'warn' }, { write: (text: string) => void said.push(text) });
  const write = async (lines: readonly DatedDraft[]) => {
    if (state.down) throw new Error('no database');
    written.push(lines.map(({ draft }) => draft.target?.id ?? ''));
  };
  log = new RefusalLog(write, logger, NEVER_MS);
  return { said, written, state };
}

describe('RefusalLog', () => {
  test('writes what waits together, once', async () => {
    const { written } = collect();
    for (const id of ['a', 'b', 'c']) log.note(line(id));
    expect(written).toEqual([]);
    await Promise.all([log.flush(), log.flush()]);
    expect(written).toEqual([['a', 'b', 'c']]);
  });

  test('lines that could not be written are written at the next turn, before newer ones', async () => {
    const { said, written, state } = collect();
    state.down = true;
    log.note(line('a'));
    await log.flush();
    log.note(line('b'));
    state.down = false;
    await log.stop();
    expect(written).toEqual([['a', 'b']]);
    expect(said.join('')).toContain('could not be recorded, and wait');
  });

  test('past its bound it drops and says how many', async () => {
    const { said, written } = collect();
    for (let i = 0; i < 10_003; i++) log.note(line(String(i)));
    await log.flush();
    expect(written[0]).toHaveLength(10_000);
    expect(said.join('')).toContain('"dropped":3');
  });
});
