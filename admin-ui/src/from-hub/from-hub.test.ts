import { afterEach, describe, expect, test } from '@jest/globals';
import { speak } from '../i18n/t.ts';
import { fromHub } from './from-hub.ts';
import { saidByHub } from './said-by-hub.ts';

afterEach(() => {
  speak('en', {});
});
const german = (texts: Readonly<Record<string, string>>) => {
  speak('de', {}, texts);
};

describe('a text of the hub', () => {
  test('stays as it is where no catalogue is spoken, or the catalogue lacks it', () => {
    expect(fromHub('Keep.')).toBe('Keep.');
    german({ 'Keep.': 'Aufbewahren.' });
    expect(fromHub('Keep it.')).toBe('Keep it.');
    expect(fromHub('constructor')).toBe('constructor');
  });

  test('is told with the values that it came with, whatever they look like', () => {
    german({ 'The "{{name}}" of {{count}}.': '{{count}}: „{{name}}“.' });
    expect(fromHub('The "$& {{count}}\nb" of 3.')).toBe('3: „$& {{count}}\nb“.');
  });

  test('is told by the more particular of two texts that fit', () => {
    german({ 'This is {{what}}.': 'Das ist {{what}}.', 'This is {{state}}, so wait.': 'Warten: {{state}}.' });
    expect(fromHub('This is open, so wait.')).toBe('Warten: open.');
  });

  test('has its inner texts told as well, where the catalogue says that they are some', () => {
    german({ '{{whyText}} (rule {{rule}})': '{{whyText}} (Regel {{rule}})', 'It is late.': 'Es ist spät.' });
    expect(fromHub('It is late. (rule a/b)')).toBe('Es ist spät. (Regel a/b)');
    expect(fromHub('It is early. (rule a/b)')).toBe('It is early. (Regel a/b)');
  });

  test('keeps its full stop out of its values where it ends a sentence of others', () => {
    german({
      'must be at most {{most}}': 'darf höchstens {{most}} sein',
      'must be given': 'muss angegeben werden',
    });
    expect(fromHub('must be at most 5.')).toBe('darf höchstens 5 sein.');
    expect(fromHub('must be given.')).toBe('muss angegeben werden.');
    expect(fromHub('must be anything.')).toBe('must be anything.');
  });

  test('is told sentence by sentence where all of them are known, and else not half', () => {
    german({ 'One is done.': 'Eins ist fertig.', 'Try {{again}}.': 'Versuchen: {{again}}.' });
    expect(fromHub('One is done. Try it.')).toBe('Eins ist fertig. Versuchen: it.');
    expect(fromHub('One is done. Nobody knows.')).toBe('One is done. Nobody knows.');
  });

  test('shows its instants in the time of the reader, in any language', () => {
    expect(saidByHub('Until 2026-11-21T14:03:22.120Z.')).toMatch(/^Until \d\d Nov 2026, \d\d:\d\d\.$/);
    expect(saidByHub('A part of 2026.')).toBe('A part of 2026.');
  });
});
