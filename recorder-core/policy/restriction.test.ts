import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES } from './access.ts';
import { decideRestrictedUse, joinGrounds, STATED_PURPOSES, type RestrictionGround } from './restriction.ts';

const ground = (change: Partial<RestrictionGround> = {}): RestrictionGround => ({
  id: 'retention',
  why: 'An erasure was asked for, and a floor keeps it.',
  since: '2026-11-01T00:00:00.000Z',
  rules: ['retention/mifid2-art76'],
  purposes: ['legal-obligation'],
  ...change,
});

describe('a restricted recording', () => {
  const restriction = joinGrounds([ground()]);
  test('may be used by an officer for an open purpose, and the rule says so', () => {
    expect(
      decideRestrictedUse({ restriction, role: 'compliance_officer', purpose: 'legal-obligation' }),
    ).toEqual({ allowed: true, rule: 'restriction/stated-purpose' });
  });

  test('is refused to everybody else, without a purpose and for another one, each time with what to do', () => {
    for (const role of ['administrator', 'engineer', 'auditor', 'nobody'])
      expect(decideRestrictedUse({ restriction, role, purpose: 'legal-obligation' })).toMatchObject({
        allowed: false,
        rule: 'restriction/role',
        advice: expect.stringContaining('compliance officer') as unknown,
      });
    const officer = { restriction, role: 'compliance_officer' };
    expect(decideRestrictedUse({ ...officer, purpose: undefined })).toMatchObject({
      rule: 'restriction/no-purpose',
      advice: expect.stringContaining('legal-obligation') as unknown,
    });
    expect(decideRestrictedUse({ ...officer, purpose: 'marketing' }).rule).toBe('restriction/other-purpose');
  });

  test('is not restricted without a ground', () => {
    expect(joinGrounds([])).toBeNull();
    expect(decideRestrictedUse({ restriction: null, role: 'administrator', purpose: undefined })).toEqual({
      allowed: true,
      rule: 'restriction/none',
    });
  });

  test('gets stricter by every further ground, in whatever order they come', () => {
    const grounds = fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[a-z]{1,6}$/),
        why: fc.constant('Because.'),
        since: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'),
        rules: fc.subarray(['a/1', 'b/2', 'c/3']),
        purposes: fc.subarray([...STATED_PURPOSES]),
      }),
      { minLength: 1, maxLength: 5, selector: ({ id }) => id },
    );
    const asked = {
      role: fc.constantFrom(...ROLES),
      purpose: fc.constantFrom(...STATED_PURPOSES, undefined),
    };
    fc.assert(
      fc.property(grounds, fc.record(asked), (drawn, who) => {
        const all = joinGrounds(drawn);
        expect(joinGrounds(drawn.toReversed())).toEqual(all);
        if (decideRestrictedUse({ restriction: all, ...who }).allowed)
          for (const one of drawn)
            expect(decideRestrictedUse({ restriction: joinGrounds([one]), ...who }).allowed).toBe(true);
      }),
    );
  });
});
