import { describe, expect, it } from '@jest/globals';
import { EnterKey, type Key } from './enter-key.js';

const enter = (change: Partial<Key> = {}): Key => ({
  key: 'Enter',
  shiftKey: false,
  isComposing: false,
  keyCode: 13,
  timeStamp: 1_000,
  ...change,
});

describe('EnterKey', () => {
  it('sends with a plain Enter, and breaks the line with Shift', () => {
    const keys = new EnterKey();
    expect(keys.keyDown(enter())).toBe('send');
    expect(keys.keyDown(enter({ shiftKey: true }))).toBe('leave');
    expect(keys.keyDown(enter({ key: 'a', keyCode: 65 }))).toBe('leave');
  });

  it('does not send with the Enter that ends a composition in Chrome and Firefox', () => {
    const keys = new EnterKey();
    keys.compositionStart();
    expect(keys.keyDown(enter({ isComposing: true, keyCode: 229 }))).toBe('leave');
    keys.compositionEnd(1_001);
    keys.keyUp('Enter');
    expect(keys.keyDown(enter({ timeStamp: 1_010 }))).toBe('send');
  });

  it('does not send with the second keydown that Korean on a Mac makes of one press', () => {
    const keys = new EnterKey();
    keys.compositionStart();
    keys.keyDown(enter({ isComposing: true, keyCode: 229 }));
    keys.compositionEnd(1_001);
    expect(keys.keyDown(enter({ timeStamp: 1_090 }))).toBe('swallow');
    keys.keyUp('Enter');
    expect(keys.keyDown(enter({ timeStamp: 1_300 }))).toBe('send');
  });

  it('does not send in Safari, where the composition ends before the keydown', () => {
    const keys = new EnterKey();
    keys.compositionStart();
    keys.compositionEnd(1_000);
    expect(keys.keyDown(enter({ keyCode: 229, timeStamp: 1_000 }))).toBe('leave');
    keys.keyUp('Enter');
    keys.compositionStart();
    keys.compositionEnd(2_000);
    expect(keys.keyDown(enter({ timeStamp: 2_005 }))).toBe('swallow');
  });
});
