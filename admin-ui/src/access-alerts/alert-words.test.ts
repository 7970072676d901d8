import { expect, test } from '@jest/globals';
import { countryName, hoursInWords, weekday, whyInWords } from './alert-words.ts';

test('an alert says why it was raised, with its figure', () => {
  expect(whyInWords({ kind: 'bulk', count: 50 })).toBe('50 different recordings played or exported');
  expect(whyInWords({ kind: 'off-hours', count: 1 })).toBe('1 access outside working hours');
  expect(whyInWords({ kind: 'new-country', count: 1 })).toContain('new for them');
});

test('a country is named, and what is no country stays what it is', () => {
  expect(countryName('DE')).toBe('Germany');
  expect(countryName('nonsense')).toBe('nonsense');
});

test('a week begins on Monday', () => {
  expect([1, 7].map((day) => weekday(day, 'long'))).toEqual(['Monday', 'Sunday']);
});

test('hours that nobody stated are not watched, and those stated are said with their zone', () => {
  expect(hoursInWords(null)).toContain('Not watched');
  expect(hoursInWords({ zone: 'Europe/Berlin', days: [5, 1], from: '07:00', to: '20:00' })).toBe(
    'Mon, Fri 07:00–20:00 (Europe/Berlin)',
  );
});
