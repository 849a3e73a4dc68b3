import { beforeAll, describe, expect, test } from '@jest/globals';
import { PasswordHasher } from './password-hasher.js';

let hasher: PasswordHasher;
beforeAll(async () => {
  hasher = await PasswordHasher.create(1, 2);
});

describe('a password hasher', () => {
  test('makes argon2id hashes that only the password fits', async () => {
    const stored = await hasher.hash('correct horse');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.hash('correct horse')).not.toBe(stored);
    expect(await hasher.verify(stored, 'correct horse')).toBe(true);
    expect(await hasher.verify(stored, 'wrong horse')).toBe(false);
  });

  test('says no without a hash', async () => {
    expect(await hasher.verify(null, 'correct horse')).toBe(false);
  });

  test('refuses exactly what its queue cannot take', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => hasher.verify(null, 'anything')));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused).toHaveLength(7);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'overloaded', status: 503, retryAfterMs: 1000 });
    expect(await hasher.verify(null, 'anything')).toBe(false);
  });
});
