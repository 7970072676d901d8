import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf, formOf, rulesOf } from './rules-form.ts';

const rules = fc.record({
  bulk: fc.option(
    fc.record({
      recordings: fc.integer({ min: 2, max: 100_000 }),
      minutes: fc.integer({ min: 1, max: 10_080 }),
    }),
  ),
  hours: fc.option(
    fc.record({
      zone: fc.constantFrom('UTC', 'Europe/Berlin'),
      days: fc
        .subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 })
        .map((days) => days.toSorted((one, other) => one - other)),
      from: fc.constantFrom('00:00', '07:30'),
      to: fc.constantFrom('20:00', '23:59'),
    }),
  ),
  newCountry: fc.boolean(),
  quietHours: fc.integer({ min: 1, max: 720 }),
});

test('what is in force is sent back unchanged where nothing was typed', () => {
  fc.assert(
    fc.property(rules, (given) => {
      const form = formOf(given, 'UTC');
      expect([...faultsOf(form)]).toEqual([]);
      expect(rulesOf(form)).toEqual(given);
    }),
  );
});

test('hours that nobody stated open with a week of work where the reader is', () => {
  const form = formOf({ bulk: null, hours: null, newCountry: true, quietHours: 24 }, 'Europe/Berlin');
  expect(form).toMatchObject({ hours: false, zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '07:00' });
  expect(rulesOf({ ...form, hours: true }).hours).toMatchObject({ zone: 'Europe/Berlin', to: '20:00' });
});

test('a fault is named by its field, and counts only where it is watched', () => {
  const form = formOf({ bulk: null, hours: null, newCountry: true, quietHours: 24 }, 'UTC');
  const wrong = { ...form, recordings: '1', minutes: 'many', zone: ' ', days: [], from: '7', to: '24:00' };
  expect([...faultsOf(wrong)]).toEqual([]);
  expect([...faultsOf({ ...wrong, bulk: true, hours: true, quietHours: '721' })]).toEqual([
    'recordings',
    'minutes',
    'zone',
    'days',
    'from',
    'to',
    'quietHours',
  ]);
});
