import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantText } from './instant-text.ts';

test('an instant reads as its Date says it, whatever fraction of a second PostgreSQL writes', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('1000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
      fc.constantFrom('', '0', '4', '49', '999'),
      (at, micros) => {
        const text = at.toISOString();
        const fraction = `${text.slice(20, 23)}${micros}`.replace(/0+$/, '');
        const written = `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`}+00`;
        expect(instantText(written)).toBe(text);
      },
    ),
  );
});

test('an instant of another zone, or before our era, is read all the same', () => {
  expect(instantText('2026-03-01 10:00:00.5+01')).toBe('2026-03-01T09:00:00.500Z');
  expect(instantText('2026-03-01 10:00:00+05:30')).toBe('2026-03-01T04:30:00.000Z');
});
