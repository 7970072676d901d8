import { describe, expect, test } from '@jest/globals';
import { ownLines } from './own-lines.ts';
import type { Part } from './parts.ts';
import type { Party } from './parties.ts';

const party = (id: string, label: string | null) => ({ id, label }) as Party;
const part = (label: string | null, destroyedAt: string | null = null) =>
  ({ kind: 'media', label, destroyedAt }) as Part;

describe('the lines of a person', () => {
  test('are those on which nobody else spoke', () => {
    const parties = [party('p', '1'), party('q', '2'), party('p2', '3')];
    expect(ownLines(parties, [part('1'), part('2'), part('3')], ['p', 'p2'])).toEqual(['1', '3']);
  });
  test.each([
    ['one line for both', [party('p', '1'), party('q', '1')], [part('1')]],
    ['no line is known', [party('p', null), party('q', '1')], [part('1')]],
    ['nothing of theirs is left', [party('p', '1'), party('q', '2')], [part('1', '2026-01-01'), part('2')]],
  ])('are none where %s', (_why, parties, parts) => {
    expect(ownLines(parties, parts, ['p'])).toBeUndefined();
  });
});
