import { expect, test } from '@jest/globals';
import { parseWhySearch, questionOf } from './why-search.ts';

test('the URL says what is asked; what is unknown or empty is left out', () => {
  expect(parseWhySearch({ act: ' recording.play ', recording: '', colour: 'red', at: 3 })).toEqual({
    act: 'recording.play',
  });
});

test('a question needs an act, and a moment that is one', () => {
  expect(questionOf({})).toBeUndefined();
  expect(questionOf({ act: 'recording.play', at: 'tomorrow' })).toBeUndefined();
  expect(questionOf({ act: 'recording.play', recording: 'r', person: 'p', purpose: 'legal-claim' })).toEqual({
    act: 'recording.play',
    recordingId: 'r',
    personId: 'p',
    purpose: 'legal-claim',
  });
  expect(questionOf({ act: 'recording.play', at: '2026-03-01T09:00:00Z' })?.at).toBe(
    '2026-03-01T09:00:00.000Z',
  );
});
