import { expect, test } from '@jest/globals';
import { chosenLanguage, keepLanguage } from './languages.ts';

const storage = (kept: Record<string, string> = {}) => ({
  getItem: (key: string) => kept[key] ?? null,
  setItem: (key: string, value: string) => {
    kept[key] = value;
  },
});

test('the first language of the browser that the console has is taken', () => {
  expect(chosenLanguage(storage(), ['fr-CH', 'de-CH', 'en'])).toBe('de');
});

test('a browser with none of the languages gets English', () => {
  expect(chosenLanguage(storage(), ['fr', 'constructor'])).toBe('en');
});

test('what a person chose comes before what the browser says', () => {
  const kept = storage();
  keepLanguage(kept, 'en');
  expect(chosenLanguage(kept, ['de'])).toBe('en');
});

test('a choice that nobody knows any more is passed over', () => {
  expect(chosenLanguage(storage({ 'holdfast.language': 'xx' }), ['de'])).toBe('de');
});
