import { expect, test } from '@jest/globals';
import { headInWords } from './outline-words.ts';

test('the head of a policy is said in a sentence', () => {
  const who = { kind: 'role', name: 'auditor' } as const;
  const outline = {
    effect: 'permit',
    who,
    acts: ['recording.play'],
    on: 'recordings',
    conditions: [],
  } as const;
  expect(headInWords({ ...outline, acts: ['recording.play'], conditions: [] })).toBe(
    'The role Auditor may do recording.play on recordings',
  );
  expect(
    headInWords({
      effect: 'forbid',
      who: { kind: 'everybody', name: '' },
      acts: [],
      on: 'everything',
      conditions: [],
    }),
  ).toBe('Everybody may never do everything on all there is');
});
