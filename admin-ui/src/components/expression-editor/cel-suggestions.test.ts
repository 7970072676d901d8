import { describe, expect, test } from '@jest/globals';
import { celSuggestions, type Vocabulary } from './cel-suggestions.ts';

const VOCABULARY: Vocabulary = {
  fields: [
    { path: 'record', type: 'record' },
    { path: 'record.callId', type: 'text or null' },
    { path: 'record.startedAt', type: 'instant' },
    { path: 'record.parties', type: 'list of record' },
    { path: 'record.parties[]', type: 'record' },
    { path: 'record.parties[].name', type: 'text or null' },
    { path: 'record.parties[].address', type: 'text or null' },
  ],
  functions: [
    { name: 'date', on: null, takes: ['instant'], gives: 'text' },
    { name: 'date', on: null, takes: ['instant', 'text'], gives: 'text' },
    { name: 'phone', on: 'text', takes: [], gives: 'text' },
    { name: 'getFullYear', on: 'instant', takes: [], gives: 'integer' },
    { name: 'filter', on: 'list of any', takes: ['name', 'boolean'], gives: 'list of any' },
    { name: 'orElse', on: 'any', takes: ['any'], gives: 'any' },
  ],
};
const at = (text: string) => celSuggestions(VOCABULARY, text, text.length);
const labels = (text: string) => at(text)?.options.map(({ label }) => label);

describe('words for a place of an expression', () => {
  test.each([
    ['', ['record', 'date']],
    ['record.', ['callId', 'startedAt', 'parties', 'orElse']],
    ['record.startedAt.', ['getFullYear', 'orElse']],
    ['record.callId.', ['phone', 'orElse']],
    ['record.parties.', ['filter', 'orElse']],
    ['record.parties[0].', ['name', 'address', 'orElse']],
    ['record.parties.first().na', ['name', 'address', 'orElse']],
    ['record.parties.filter(p, p.', ['name', 'address', 'orElse']],
    ['record.parties.filter(p, p.name == "x").map(q, q.', ['name', 'address', 'orElse']],
    ['date(record.', ['callId', 'startedAt', 'parties', 'orElse']],
    ['record.parties.filter(p, ', ['p', 'record', 'date']],
  ])('%s', (text, wanted) => {
    expect(labels(text)).toEqual(wanted);
  });

  test('within a text nothing is offered', () => {
    expect(at('record.callId == "rec')).toBeNull();
    expect(labels('"a.b" + record.call')).toContain('callId');
  });

  test('a function is written with its brackets, the caret where its argument goes', () => {
    const { from, options } = at('2 + da') ?? { from: -1, options: [] };
    expect(from).toBe(4);
    expect(options.find(({ label }) => label === 'date')).toMatchObject({
      insert: 'date()',
      caretBack: 1,
      about: 'date(instant): text\ndate(instant, text): text',
    });
    expect(at('record.callId.')?.options[0]).toMatchObject({ insert: 'phone()', caretBack: 0 });
  });
});
