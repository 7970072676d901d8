import { expect, test } from '@jest/globals';
import { csvOf, fileNameOf } from './list-csv.ts';

test('cells are quoted where they have to be, and no spreadsheet takes one for a formula', () => {
  expect(
    csvOf([
      ['When', 'Who'],
      ['a,b', 'say "x"'],
      ['=1+1', '-2'],
      ['@x', '+49 30'],
      ['two\nlines', ''],
    ]),
  ).toBe(`When,Who\r\n"a,b","say ""x"""\r\n'=1+1,'-2\r\n'@x,'+49 30\r\n"two\nlines",\r\n`);
});

test('a file is named after its list', () => {
  expect(fileNameOf('Recordings, newest first')).toBe('holdfast-recordings.csv');
  expect(fileNameOf('Exports: those that wait')).toBe('holdfast-exports.csv');
  expect(fileNameOf('Geprüfte Fälle')).toBe('holdfast-geprufte-falle.csv');
  expect(fileNameOf('…')).toBe('holdfast-list.csv');
});
