import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PASSCODE_ATTEMPTS, decideApprovalNeed, decideHandover, type Handover } from './export-rules.ts';
import { EXPORT_STATES } from './export-state.ts';

const limits = { recordings: 10, bytes: 1000 };
const open: Handover = {
  state: 'ready',
  exportExpiresMs: 2000,
  linkExpiresMs: 1000,
  linkRevoked: false,
  wrongPasscodes: 0,
};

describe('the need for a second person', () => {
  test('begins one above either limit and names the rule', () => {
    expect(decideApprovalNeed({ recordings: 10, bytes: 1000 }, limits)).toEqual({
      needed: false,
      rule: 'export/within-limit',
    });
    expect(decideApprovalNeed({ recordings: 11, bytes: 0 }, limits)).toEqual({
      needed: true,
      rule: 'export/many-recordings',
    });
    expect(decideApprovalNeed({ recordings: 1, bytes: 1001 }, limits)).toEqual({
      needed: true,
      rule: 'export/many-bytes',
    });
  });
});

describe('a handover', () => {
  test('is open only while everything agrees', () => {
    const handover = fc.record({
      state: fc.constantFrom(...EXPORT_STATES),
      exportExpiresMs: fc.nat(3000),
      linkExpiresMs: fc.nat(3000),
      linkRevoked: fc.boolean(),
      wrongPasscodes: fc.nat(8),
    });
    fc.assert(
      fc.property(handover, fc.nat(3000), (given, now) => {
        const all =
          given.state === 'ready' &&
          !given.linkRevoked &&
          now < given.exportExpiresMs &&
          now < given.linkExpiresMs &&
          given.wrongPasscodes < PASSCODE_ATTEMPTS;
        expect(decideHandover(given, now) === 'open').toBe(all);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['revoked', { linkRevoked: true }],
    ['revoked', { state: 'revoked' }],
    ['expired', { linkExpiresMs: 500 }],
    ['expired', { exportExpiresMs: 500 }],
    ['locked', { wrongPasscodes: PASSCODE_ATTEMPTS }],
    ['preparing', { state: 'making' }],
    ['preparing', { state: 'requested' }],
    ['closed', { state: 'failed' }],
    ['closed', { state: 'refused' }],
  ] as const)('is %s with %j', (expected, change) => {
    expect(decideHandover({ ...open, ...change }, 500)).toBe(expected);
  });
});
