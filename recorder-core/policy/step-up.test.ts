import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideAccess, ROLES } from './access.ts';
import { isFreshProof, STEP_UP_ACTS } from './step-up.ts';

describe('acts that ask for a fresh proof', () => {
  test('are acts that some role has', () => {
    for (const act of STEP_UP_ACTS)
      expect(ROLES.some((role) => decideAccess({ role, act }).allowed)).toBe(true);
  });

  test('are none that only read, and none that record on', () => {
    for (const act of STEP_UP_ACTS) expect(act).not.toMatch(/\.(list|read|play|resume|undrain|place)$/);
  });
});

describe('a proof of presence', () => {
  test('counts to the millisecond of its last second, and one from a clock that is ahead counts', () => {
    expect(isFreshProof(1_000, 301_000, 300)).toBe(true);
    expect(isFreshProof(1_000, 301_001, 300)).toBe(false);
    expect(isFreshProof(2_000, 1_000, 300)).toBe(true);
  });

  test('that was never given never counts', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (now, seconds) => {
        expect(isFreshProof(null, now, seconds)).toBe(false);
      }),
    );
  });
});
