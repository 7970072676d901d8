import { expect, test } from '@jest/globals';
import { readTexts } from './read-texts.ts';

test('keys are found in calls, in both sides of a condition, in plurals and in rich texts', () => {
  const { keys, unknown } = readTexts(
    'a.tsx',
    `const a = t('One'); const b = t(c ? 'Yes' : 'No');
     const d = plural(2, { one: '{{count}} x', other: '{{count}} xs' });
     const e = <Rich text="For <b>you</b>" parts={{ b: <b /> }} />;`,
  );
  expect(keys).toEqual(['One', 'Yes', 'No', '{{count}} xs_one', '{{count}} xs_other', 'For <b>you</b>']);
  expect(unknown).toEqual([]);
});

test('a computed text is told with its line', () => {
  expect(readTexts('a.ts', `\nt(name);\nplural(1, forms);`).unknown).toEqual([2, 3]);
});

test('words that stand in the page by themselves are found, commands and signs are not', () => {
  const { bare } = readTexts(
    'a.tsx',
    `const a = <p title="Held" className="text-quiet">
       Not yet · <code>holdfast start</code> {name}
       <input placeholder={t('x')} aria-label="Name" />
     </p>;`,
  );
  expect(bare).toEqual([
    { line: 1, text: 'Held' },
    { line: 2, text: 'Not yet ·' },
    { line: 3, text: 'Name' },
  ]);
});
