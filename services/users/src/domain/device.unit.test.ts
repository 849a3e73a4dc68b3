import { describe, expect, test } from '@jest/globals';
import { cleanUserAgent, truncateIp } from './device.js';

describe('truncateIp', () => {
  test.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::'],
    ['2001:0DB8:0000:1::1', '2001:db8:0::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['fe80::1%eth0', 'fe80:0:0::'],
    ['::1', '0:0:0::'],
    ['::', '0:0:0::'],
    ['1:2::3:4:5:6:7', '1:2:0::'],
    ['1::3:4:5:6:7:8', '1:0:3::'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0::'],
  ])('%s becomes %s', (ip, network) => expect(truncateIp(ip)).toBe(network));

  test.each(['', 'localhost', '1.2.3', '1.2.3.4.5', '12345::'])('%j is no address', (text) =>
    expect(truncateIp(text)).toBeNull(),
  );
});

test('a User-Agent is kept printable, whole and bounded', () => {
  expect(cleanUserAgent(' Mozilla\u0000/5.0\n\ud800 ')).toBe('Mozilla /5.0 \ufffd');
  expect(Array.from(cleanUserAgent('😀'.repeat(300)))).toHaveLength(256);
});
