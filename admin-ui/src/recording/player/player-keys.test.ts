import { describe, expect, test } from '@jest/globals';
import { commandOf, keepsSpace, seekByKey, stepped } from './player-keys.ts';

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

  test('Keys on the waveform mute, zoom and change the speed, step by step to the ends.', () => {
    expect(commandOf('2')).toEqual({ kind: 'mute', channel: 1 });
    expect(commandOf('x')).toBeUndefined();
    const rates = [0.5, 1, 2, 3];
    expect(stepped(rates, 1, 1)).toBe(2);
    expect(stepped(rates, 3, 1)).toBe(3);
    expect(stepped(rates, 0.5, -1)).toBe(0.5);
    expect(stepped(rates, 5, -1)).toBe(2);
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
