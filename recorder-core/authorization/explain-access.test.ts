import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { context, principal, questions, recording, TENANT } from '../../test/support/access-questions.ts';
import type { Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import { explainAccess } from './explain-access.ts';
import { makePolicySet, shippedPolicies } from './policy-set.ts';
import { parsePolicies } from './parse-policies.ts';

const PLAY = {
  principal: principal(),
  act: 'recording.play',
  thing: recording(),
  context: context(),
} as const;
const explain = (changed: Partial<Asked> = {}) =>
  explainAccess(shippedPolicies(), [], { ...PLAY, ...changed });

describe('the explanation of a refusal', () => {
  test('names the permits that came near, with the part that does not hold', () => {
    const { decision, nearMisses, further } = explain({ thing: recording({ department: 'support' }) });
    expect(decision.rule).toBe('access/default-deny');
    expect(further).toBe(0);
    expect(nearMisses.map(({ id }) => id)).toEqual([
      'access/administrator/recording.play',
      'access/compliance_officer/recording.play',
      'access/supervisor/recording.play',
    ]);
    expect(nearMisses[2]?.parts).toEqual([
      { text: 'principal in Role::"supervisor"', holds: true },
      { text: 'resource is Recording', holds: true },
      { text: 'resource has department', holds: true },
      { text: 'principal has department', holds: true },
      { text: 'resource.department == principal.department', holds: false },
    ]);
    expect(nearMisses[0]).toMatchObject({
      says: 'The role administrator has recording.play.',
      parts: [{ text: 'principal in Role::"administrator"', holds: false }],
    });
  });

  test('puts those first that miss least', () => {
    const { nearMisses } = explain({ principal: principal({ department: null }), thing: TENANT });
    expect(nearMisses.map(({ parts }) => parts.filter(({ holds }) => !holds).length)).toEqual([1, 1, 4]);
  });

  test('has no near misses where a forbid refuses what a permit allows; without one it names both', () => {
    const walled = recording({ classification: 'hr' });
    const lead = explain({ thing: walled });
    expect(lead.decision.policies.map(({ id }) => id)).toEqual(['wall/hr']);
    expect(lead.nearMisses).toEqual([]);
    const stranger = explain({ thing: walled, principal: principal({ role: 'none' }) });
    expect(stranger.decision.rule).toBe('wall/hr');
    expect(stranger.nearMisses.map(({ id }) => id)).toContain('access/supervisor/recording.play');
  });

  test('has none at all where it is allowed, and none where nothing can be evaluated', () => {
    expect(explain()).toMatchObject({ decision: { allowed: true }, nearMisses: [], further: 0 });
    expect(explain({ context: context({ address: 'here' }) })).toMatchObject({
      decision: { rule: 'access/undecidable' },
      nearMisses: [],
    });
  });

  test('takes heads, unless and grants apart as well', () => {
    const grant = parsePolicies(`@id("grant/1") @says("Granted.") @ask("Ask.")
      permit(principal == User::"other", action in [Action::"recording.play"], resource == Recording::"recording-1")
      unless { context.means == "token" };`).policies.map(({ policy }) => policy);
    const { nearMisses } = explainAccess(shippedPolicies(), grant, {
      ...PLAY,
      thing: recording({ department: null }),
      context: context({ means: 'token' }),
    });
    expect(nearMisses.find(({ id }) => id === 'grant/1')).toEqual({
      id: 'grant/1',
      says: 'Granted.',
      ask: 'Ask.',
      parts: [
        { text: 'principal == User::"other"', holds: false },
        { text: 'resource == Recording::"recording-1"', holds: true },
        { text: '!(context.means == "token")', holds: false },
      ],
    });
  });

  test('lists twenty and counts the others', () => {
    const many = Array.from(
      { length: 25 },
      (_, n) => `@id("own/${n}") permit(principal in Group::"g${n}", action, resource);`,
    );
    const set = makePolicySet(
      1,
      parsePolicies(many.join('\n')).policies.map(({ policy }) => policy),
    );
    const asked = { ...PLAY, thing: recording({ department: null }) };
    expect(explainAccess(set, [], asked)).toMatchObject({ nearMisses: { length: 20 }, further: 8 });
  });

  test('is of the same decision, and each near miss misses something', () => {
    fc.assert(
      fc.property(questions, (asked) => {
        const { decision, nearMisses } = explainAccess(shippedPolicies(), [], asked);
        expect(decision).toEqual(authorize(shippedPolicies(), [], asked));
        expect(nearMisses.every(({ parts }) => parts.some(({ holds }) => !holds))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
