import { describe, expect, test } from '@jest/globals';
import { factName, factValue, ruleInWords, stateInWords } from './approval-words.ts';

describe('an approval in words', () => {
  const dueAt = '2026-11-26T12:00:00.000Z';

  test('that is open past its time is told as expired before the row says so', () => {
    expect(stateInWords({ state: 'open', dueAt }, new Date('2026-11-26T11:59:59Z')).label).toBe('Waits');
    expect(stateInWords({ state: 'open', dueAt }, new Date(dueAt)).label).toBe('Expired');
    expect(stateInWords({ state: 'approved', dueAt }, new Date('2027-01-01')).label).toBe('Approved');
  });

  test('names figures and their values as people read them', () => {
    expect(factName('recordingsDue')).toBe('Recordings due');
    expect(factName('erase-side')).toBe('Sides erased');
    expect(factName('class mifid2')).toBe('Of the class mifid2');
    expect([12_345, null, false, 'M-1'].map((value) => factValue('matter', value))).toEqual([
      '12,345',
      'None',
      'No',
      'M-1',
    ]);
  });

  test('says which rule decided where it knows no words for it', () => {
    expect(ruleInWords('approval/own-request')).toContain('yourself');
    expect(ruleInWords('approval/some-later-rule')).toContain('approval/some-later-rule');
  });
});

test('of what is unusual use, nothing means that it is not watched', () => {
  expect(['bulk afterwards', 'hours before', 'matter'].map((name) => factValue(name, null))).toEqual([
    'Not watched',
    'Not watched',
    'None',
  ]);
});
