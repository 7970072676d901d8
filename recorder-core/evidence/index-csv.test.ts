import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './index-csv.ts';

/** RFC 4180, by its grammar. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  const token = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(fields);
    fields = [];
  }
  return records;
}

describe('a line of the index', () => {
  test('is read back as it was written, but for the apostrophe before what would be a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (fields) => {
        const [read = []] = parseCsv(csvLine(fields));
        expect(
          read.map((field, i) => (fields[i]?.startsWith("'") ? field : field.replace(/^'/, ''))),
        ).toEqual(fields);
      }),
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
    'runs nothing in a spreadsheet: %j',
    (field) => {
      expect(parseCsv(csvLine(['id', field]))[0]?.[1]).toBe(`'${field}`);
    },
  );
});
