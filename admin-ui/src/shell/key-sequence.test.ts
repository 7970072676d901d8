import { describe, expect, test } from '@jest/globals';
import { GO_KEYS, KeySequence } from './key-sequence.ts';

const press = (keys: KeySequence, key: string, change = {}) =>
  keys.press({ key, command: false, typing: false, quiet: false, ...change });

describe('KeySequence', () => {
  test('g and a letter lead to a screen, anything else in between does not', () => {
    const keys = new KeySequence();
    expect(press(keys, 'g')).toBeUndefined();
    expect(press(keys, 'm')).toEqual({ what: 'go', to: '/matters' });
    expect(press(keys, 'm')).toBeUndefined();
    press(keys, 'g');
    press(keys, 'x');
    expect(press(keys, 'm')).toBeUndefined();
    press(keys, 'g');
    expect(press(keys, 'g')).toEqual({ what: 'go', to: '/grants' });
  });

  test('letters are letters in a field, and where single keys are switched off', () => {
    const keys = new KeySequence();
    for (const change of [{ typing: true }, { quiet: true }]) {
      press(keys, 'g', change);
      expect(press(keys, 'm', change)).toBeUndefined();
      expect(press(keys, '?', change)).toBeUndefined();
      expect(press(keys, 'k', { ...change, command: true })).toEqual({ what: 'jump' });
    }
    expect(press(keys, '?')).toEqual({ what: 'keys' });
  });

  test('no letter leads to two screens', () => {
    expect(new Set(GO_KEYS.map(([letter]) => letter)).size).toBe(GO_KEYS.length);
  });
});
