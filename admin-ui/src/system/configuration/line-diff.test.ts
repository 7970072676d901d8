import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineDiff } from './line-diff.ts';

test('A changed line is one that goes and one that comes; the others stay.', () => {
  expect(lineDiff('a\nb\nc', 'a\nB\nc').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'same a',
    'removed b',
    'added B',
    'same c',
  ]);
  expect(lineDiff('', 'x')).toEqual([{ kind: 'added', text: 'x' }]);
});

test('Both texts can be read from the difference, and what is the same is not told as a change.', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      const side = (left: 'removed' | 'added') =>
        lines
          .filter(({ kind }) => kind !== left)
          .map((each) => each.text)
          .join('\n');
      expect(side('added')).toBe(before);
      expect(side('removed')).toBe(after);
      if (before === after) expect(lines.every(({ kind }) => kind === 'same')).toBe(true);
    }),
    { numRuns: 200 },
  );
});
