import { describe, expect, test } from '@jest/globals';
import { drawableAvatar } from './avatars.js';

describe('a picture of a person', () => {
  test('is drawn from GitHub, as large as it is shown', () => {
    expect(drawableAvatar('https://avatars.githubusercontent.com/u/1?v=4', 72)).toBe(
      'https://avatars.githubusercontent.com/u/1?v=4&s=72',
    );
    expect(drawableAvatar('https://avatars.githubusercontent.com/u/1?s=460', 72)).toBe(
      'https://avatars.githubusercontent.com/u/1?s=72',
    );
  });

  test.each([
    null,
    'no address',
    'http://avatars.githubusercontent.com/u/1',
    'https://avatars.githubusercontent.com.example.org/u/1',
    'https://avatars.githubusercontent.com@example.org/u/1',
    'https://example.org/avatar.png',
  ])('is not fetched from anywhere else: %s', (url) => {
    expect(drawableAvatar(url, 72)).toBeNull();
  });
});
