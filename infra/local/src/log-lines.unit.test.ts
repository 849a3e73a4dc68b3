import { describe, expect, test } from '@jest/globals';
import { fatalMessage, renderLine } from './log-lines.js';

const time = new Date(2026, 0, 2, 3, 4, 5).toISOString();
const line = (fields: object) => JSON.stringify({ level: 30, time, service: 'messages', pid: 7, ...fields });

describe('renderLine', () => {
  test('shows time, process, level, message and the remaining fields', () => {
    expect(renderLine('messages', line({ msg: 'migration applied', migration: '0001', rows: 3 }))).toBe(
      '03:04:05 messages info  migration applied migration=0001 rows=3',
    );
  });

  test('quotes text with blanks and shortens long values', () => {
    const rendered = renderLine('rooms', line({ msg: 'm', reason: 'two words', long: 'x'.repeat(1000) }));
    expect(rendered).toContain('reason="two words"');
    expect(rendered.length).toBeLessThan(400);
  });

  test('shows the stack of an error below its line', () => {
    expect(renderLine('users', line({ level: 50, msg: 'failed', err: { message: 'no', stack: 'Error: no\n at x' } }))).toBe(
      '03:04:05 users    ERROR failed\n    Error: no\n     at x',
    );
  });

  test('shows only the message of an error that is a warning', () => {
    expect(renderLine('users', line({ level: 40, msg: 'retrying', err: { message: 'no', stack: 'Error: no' } }))).toBe(
      '03:04:05 users    warn  retrying (no)',
    );
  });

  test.each(['plain text', '{ not json', '{"no":"level"}'])('leaves %j as it is', (text) => {
    expect(renderLine('redis', text)).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d redis    ${text.replace(/[{}]/g, '\\$&')}$`));
  });
});

describe('fatalMessage', () => {
  test('is what a service said as its reason to end', () => {
    expect(fatalMessage(line({ level: 60, msg: 'could not start: PORT: must be a number' }))).toBe('PORT: must be a number');
    expect(fatalMessage(line({ level: 50, msg: 'could not start: x' }))).toBeUndefined();
    expect(fatalMessage('text')).toBeUndefined();
  });
});
