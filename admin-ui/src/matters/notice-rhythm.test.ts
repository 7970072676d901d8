import { expect, test } from '@jest/globals';
import { rhythmOf, USUAL_RHYTHM } from './notice-rhythm.ts';

test('what nobody changed is what the hub takes where nothing is said', () => {
  expect(rhythmOf(USUAL_RHYTHM)).toEqual({ remindDays: 7, mostReminders: 3 });
});

test.each([
  ['1', '0', { remindDays: 1, mostReminders: 0 }],
  [' 365 ', '52', { remindDays: 365, mostReminders: 52 }],
  ['0', '3', undefined],
  ['366', '3', undefined],
  ['7', '53', undefined],
  ['7', '', undefined],
  ['7.5', '3', undefined],
  ['-7', '3', undefined],
  ['1e2', '3', undefined],
])('%p days, %p reminders', (days, most, expected) => {
  expect(rhythmOf({ days, most })).toEqual(expected);
});
