import { afterEach, expect, test } from '@jest/globals';
import { language, locale, number, plural, speak, t } from './t.ts';

afterEach(() => {
  speak('en', {});
});

test('a text without a catalogue is itself, dots, colons and all', () => {
  expect(t('Done. Next: nothing')).toBe('Done. Next: nothing');
});

test('values are put in as they are, and what they contain is not read again', () => {
  expect(t('Held for {{matter}}', { matter: '<b> & {{other}} $t(x)' })).toBe(
    'Held for <b> & {{other}} $t(x)',
  );
});

test('a number chooses its form', () => {
  const holds = (count: number) => plural(count, { one: '{{count}} hold', other: '{{count}} holds' });
  expect([holds(0), holds(1), holds(2)]).toEqual(['0 holds', '1 hold', '2 holds']);
});

test('a catalogue gives the texts, the forms and the writing of numbers', () => {
  speak('de', {
    'Place a hold': 'Aufbewahrungssperre anordnen',
    '{{count}} days, until {{date}}_one': '{{count}} Tag, bis {{date}}',
    '{{count}} days, until {{date}}_other': '{{count}} Tage, bis {{date}}',
  });
  const days = (count: number) =>
    plural(
      count,
      { one: '{{count}} day, until {{date}}', other: '{{count}} days, until {{date}}' },
      { date: 'morgen' },
    );
  expect(language()).toBe('de');
  expect(locale()).toBe('de-DE');
  expect(number(1_234.5)).toBe('1.234,5');
  expect(t('Place a hold')).toBe('Aufbewahrungssperre anordnen');
  expect([days(1), days(3)]).toEqual(['1 Tag, bis morgen', '3 Tage, bis morgen']);
});

test('a text that a catalogue lacks is shown in English', () => {
  speak('de', {});
  expect(t('Not in there')).toBe('Not in there');
});
