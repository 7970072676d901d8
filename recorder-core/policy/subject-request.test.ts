import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  identityEvidenceFor,
  isDecisionFor,
  needsGround,
  isRequestOver,
  ITEM_DECISIONS,
  proposedDecision,
  REQUEST_EVENTS,
  REQUEST_STATES,
  requestStateAfter,
  type RequestState,
} from './subject-request.ts';

const KINDS = [
  'access',
  'erasure',
  'rectification',
  'restriction',
  'portability',
  'objection',
  'opt-out',
] as const;

describe('the life of a request', () => {
  test('ends once, and nothing follows an end', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REQUEST_EVENTS), { maxLength: 30 }), (events) => {
        let state: RequestState = 'identifying';
        for (const event of events) {
          const next = requestStateAfter(state, event);
          if (isRequestOver(state)) expect(next).toBeUndefined();
          state = next ?? state;
        }
      }),
    );
  });

  test('carries nothing out before somebody was identified, and nothing is taken back once it is carried out', () => {
    const before = REQUEST_STATES.filter((state) => requestStateAfter(state, 'approve') === 'fulfilling');
    expect(before).toEqual(['approving']);
    expect(requestStateAfter('identifying', 'submit')).toBeUndefined();
    expect(requestStateAfter('fulfilling', 'withdraw')).toBeUndefined();
  });
});

describe('how sure one has to be', () => {
  test('is more, the more a mistake would harm the person', () => {
    expect(identityEvidenceFor('access')).toEqual(['account-login', 'document-seen']);
    expect(identityEvidenceFor('restriction')).toContain('known-address');
    expect(identityEvidenceFor('opt-out')).toContain('none');
  });
});

describe('what is proposed for a recording', () => {
  test('answers what was asked, and of a call of two takes one side', () => {
    for (const kind of KINDS)
      for (const others of [true, false]) {
        for (const divisible of [true, false]) {
          const { decision, ground } = proposedDecision(kind, { others, divisible });
          expect(ITEM_DECISIONS).toContain(decision);
          expect(isDecisionFor(kind, decision)).toBe(true);
          if (kind !== 'rectification') expect(needsGround(decision, others)).toBe(ground !== null);
        }
      }
    const proposed = (kind: 'erasure' | 'access', others: boolean, divisible: boolean) =>
      proposedDecision(kind, { others, divisible }).decision;
    expect(proposed('erasure', true, true)).toBe('erase-side');
    expect(proposed('erasure', false, true)).toBe('erase');
    expect(proposed('access', false, true)).toBe('give');
    expect(proposed('access', true, true)).toBe('give-side');
    expect(proposed('access', true, false)).toBe('withhold');
  });
});
