import { describe, expect, test } from '@jest/globals';
import { IntentKeys } from './intent-keys.ts';

function counted(): IntentKeys {
  let next = 0;
  return new IntentKeys(() => `key-${String((next += 1))}`);
}

describe('IntentKeys', () => {
  test('The same content sent again keeps its key.', () => {
    const keys = counted();
    expect(keys.keyFor('a')).toBe('key-1');
    expect(keys.keyFor('a')).toBe('key-1');
  });

  test('Changed content is a new intent.', () => {
    const keys = counted();
    keys.keyFor('a');
    expect(keys.keyFor('b')).toBe('key-2');
  });

  test('The same content after a success is a new intent.', () => {
    const keys = counted();
    keys.keyFor('a');
    keys.settle();
    expect(keys.keyFor('a')).toBe('key-2');
  });
});
