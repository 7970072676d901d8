import { describe, expect, test } from '@jest/globals';
import { keepsSpace, seekByKey } from './player-keys.ts';

describe('player keys', () => {
  test.each([
    ['ArrowRight', 25],
    ['ArrowUp', 25],
    ['ArrowLeft', 15],
    ['ArrowDown', 15],
    ['PageUp', 50],
    ['PageDown', 0],
    ['Home', 0],
    ['End', 60],
  ])('%s seeks from 20 s to %i s of a minute.', (key, seconds) => {
    expect(seekByKey(key, 20, 60)).toBe(seconds);
  });

  test('Seeking stops at both ends.', () => {
    expect(seekByKey('ArrowRight', 58, 60)).toBe(60);
    expect(seekByKey('ArrowLeft', 2, 60)).toBe(0);
  });

  test('Other keys do nothing.', () => {
    expect(seekByKey('a', 20, 60)).toBeUndefined();
  });

  test('Space is left to whatever uses it itself.', () => {
    const plain = { role: null, editable: false };
    expect(keepsSpace({ ...plain, tag: 'button' })).toBe(true);
    expect(keepsSpace({ ...plain, tag: 'TEXTAREA' })).toBe(true);
    expect(keepsSpace({ tag: 'DIV', role: null, editable: true })).toBe(true);
    expect(keepsSpace({ ...plain, tag: 'BODY' })).toBe(false);
    expect(keepsSpace({ tag: 'DIV', role: 'slider', editable: false })).toBe(false);
  });
});
