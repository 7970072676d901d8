import { expect, test } from '@jest/globals';
import {
  aboutInWords,
  gapsInWords,
  parseExamples,
  peopleInWords,
  stateInWords,
} from './access-policy-words.ts';

test('each state has its word, and only what is published is good', () => {
  expect(stateInWords('published')).toEqual({ label: 'Published', tone: 'good' });
  expect(stateInWords('draft').tone).toBe('neutral');
});

test('a change says on what, and names five people', () => {
  expect(aboutInWords({ about: 'tenant', recordings: null })).toBe('lists and settings');
  expect(aboutInWords({ about: 'own', recordings: null })).toBe('recordings they took part in');
  expect(aboutInWords({ about: 'recordings', recordings: 12 })).toBe('12 recordings');
  const people = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => ({ id: name, name }));
  expect(peopleInWords({ people, peopleCount: 9 })).toBe('A, B, C, D, E and 4 more');
  expect(peopleInWords({ people: people.slice(0, 2), peopleCount: 2 })).toBe('A, B');
});

test('a comparison says what it left out', () => {
  const complete = {
    against: 0,
    changes: [],
    acts: [],
    asked: 3,
    left: 0,
    people: { compared: 2, all: 2 },
    recordings: { classes: 1, compared: 4, complete: true },
  };
  expect(gapsInWords(complete)).toEqual([]);
  const cut = { ...complete, left: 7, people: { compared: 2, all: 3 } };
  expect(gapsInWords({ ...cut, recordings: { ...complete.recordings, complete: false } })).toEqual([
    '7 further questions were not asked.',
    '1 person left out.',
    'Older recordings, or rarer classes of them, were left out.',
  ]);
});

test('examples are a list, or nothing', () => {
  expect(parseExamples(' ')).toEqual([]);
  expect(parseExamples('[{"name":"x"}]')).toEqual([{ name: 'x' }]);
  expect(parseExamples('{"name":"x"}')).toBeUndefined();
  expect(parseExamples('[')).toBeUndefined();
});
