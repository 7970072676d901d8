import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toCSV } from 'jsforce/lib/csv.js';
import { readCsv, writeCsv } from './csv.ts';

const COLUMNS = ['Holdfast_Id__c', 'sf__Error', 'Link__c'] as const;
const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü', ';') }),
  fc.string({ unit: 'grapheme' }),
);
const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 });
const named = (cells: readonly string[]) =>
  Object.fromEntries(COLUMNS.map((column, index) => [column, cells[index]]));

test('whatever stands in the cells is read as it was written', () => {
  fc.assert(
    fc.property(rows, (written) => {
      expect(readCsv(writeCsv(COLUMNS, written), COLUMNS)).toEqual(written.map(named));
    }),
  );
});

test('what the vendor’s client writes is read here, with quotes around everything or only where they must be', () => {
  fc.assert(
    fc.property(rows, fc.boolean(), (written, quoted) => {
      const theirs = toCSV(written.map(named), { columns: [...COLUMNS], quoted });
      expect(readCsv(theirs, COLUMNS)).toEqual(written.map(named));
    }),
  );
});

test('columns are found by their names, lines end as on Windows too, and a column that is not there is empty', () => {
  const text = '"sf__Id","sf__Created","Holdfast_Id__c"\r\n"a01","true","x"\r\na02,false,y\r\n';
  expect(readCsv(text, ['Holdfast_Id__c', 'sf__Created', 'sf__Error'])).toEqual([
    { Holdfast_Id__c: 'x', sf__Created: 'true', sf__Error: '' },
    { Holdfast_Id__c: 'y', sf__Created: 'false', sf__Error: '' },
  ]);
});

test('of a text that was cut the whole lines are read, of no text none, and every text comes to an end', () => {
  expect(readCsv('a,b\n1,2\n3', ['a'])).toEqual([{ a: '1' }]);
  expect(readCsv('a,b\n1,"2', ['b'])).toEqual([{ b: '2' }]);
  expect(readCsv('', ['a'])).toEqual([]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
      expect(readCsv(text, ['a']).length).toBeLessThanOrEqual(text.length);
    }),
  );
});
