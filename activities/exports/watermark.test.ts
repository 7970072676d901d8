import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { watermarkOf } from './watermark.ts';

const ID = '0198c0de-0000-7000-8000-00000000dead';

test('a watermark names the recipient in plain letters and the export in full', () => {
  expect(watermarkOf('Müller & Söhne, Rechtsanwälte', ID)).toBe(`Muller-Sohne-Rechtsanwalte.${ID}`);
  expect(watermarkOf('中文', ID)).toBe(ID);
});

test('a watermark of any name is one that a bundle can bear', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (name) => {
      const mark = watermarkOf(name, ID);
      expect(mark).toMatch(/^[A-Za-z0-9.:_-]{1,64}$/);
      expect(mark.endsWith(ID)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
