import { expect, test } from '@jest/globals';
import { changeInWords, endsInWords, roleInWords, ruleInWords } from './people-words.ts';

test('what ends with a change is told without what is not there', () => {
  const ends = {
    sessions: 2,
    signInLinks: 0,
    delegations: 1,
    exportLinks: 0,
    grants: 0,
    serviceTokens: 0,
    approvals: 0,
  };
  expect(endsInWords(ends)).toEqual(['2 sessions', '1 lent right']);
  expect(endsInWords(null)).toEqual([]);
});

test('a change, a role and a rule are told in words', () => {
  expect(changeInWords({ operation: 'leave', state: 'applied' })).toBe('Left');
  expect(changeInWords({ operation: 'leave', state: 'waiting' })).toBe('Left: waits for its date');
  expect([roleInWords('none'), roleInWords('compliance_officer')]).toEqual(['No role', 'Compliance officer']);
  expect(ruleInWords('role-change/of-later')).toContain('role-change/of-later');
});
