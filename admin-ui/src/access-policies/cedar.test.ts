import { expect, test } from '@jest/globals';
import { placeFaults, suggestFor } from './cedar.ts';

const TEXT = '@id("own/a")\n  permit(principal, action, resource)\nwhen { resource.x };  ';

test('a fault of a line is at what the line says', () => {
  const [found] = placeFaults(TEXT, [{ line: 2, message: 'No.' }]);
  expect(TEXT.slice(found?.from, found?.to)).toBe('permit(principal, action, resource)');
  const [last] = placeFaults(TEXT, [{ line: 3, message: 'No.' }]);
  expect(TEXT.slice(last?.from, last?.to)).toBe('when { resource.x };');
});

test('a fault of the whole text, or of a line that is not there, is within the text', () => {
  expect(placeFaults(TEXT, [{ line: null, message: 'No.' }])[0]?.from).toBe(0);
  expect(placeFaults('', [{ line: 7, message: 'No.' }])).toEqual([{ from: 0, to: 0, message: 'No.' }]);
});

test('inside the name of an act the acts are offered, elsewhere words of the language', () => {
  const suggest = suggestFor(['recording.play', 'hold.place']);
  const text = 'permit(principal, action == Action::"recording.p';
  expect(suggest(text, text.length)).toMatchObject({
    from: text.length - 'recording.p'.length,
    options: [{ label: 'recording.play' }, { label: 'hold.place' }],
  });
  const words = suggest('per', 3);
  expect(words?.from).toBe(0);
  expect(words?.options.map(({ label }) => label)).toContain('permit');
});
