import { describe, expect, test } from '@jest/globals';
import { NO_POLICY } from './rulebook.ts';
import { tenantPolicySchema } from './tenant-policy.ts';

const rule = {
  id: 'tenant/keep',
  kind: 'floor',
  trigger: 'captureEnd',
  period: 'P2Y',
  zone: 'Europe/Berlin',
} as const;
const refusal = (change: Readonly<Record<string, unknown>>): string =>
  tenantPolicySchema.safeParse({ ...NO_POLICY, ...change }).error?.issues[0]?.message ?? 'taken';

describe("a tenant's policy", () => {
  test('may be empty, and may have rules of every kind', () => {
    expect(refusal({})).toBe('taken');
    expect(refusal({ retention: [rule], holidays: { DE: ['2026-12-25', '2026-12-26'] } })).toBe('taken');
  });

  test.each([
    [
      'an id that could be one of a pack',
      { retention: [{ ...rule, id: 'retention/mifid2-art76' }] },
      'tenant/',
    ],
    ['two rules of one id', { retention: [rule, { ...rule, kind: 'ceiling' }] }, 'used twice'],
    ['a kind that would hold or restrict', { retention: [{ ...rule, kind: 'hold' }] }, 'must be one of'],
    ['a zone nobody knows', { retention: [{ ...rule, zone: 'Mars/Olympus' }] }, 'time zone'],
    ['a key that nothing reads', { exceptions: [] }, 'not known here'],
    [
      'a class mapping that takes a class away',
      { classes: [{ id: 'tenant/c', when: {}, remove: ['mifid2'] }] },
      '',
    ],
    [
      'holidays that would put off every deadline',
      {
        holidays: {
          DE: Array.from({ length: 31 }, (_, day) => `2026-01-${String(day + 1).padStart(2, '0')}`),
        },
      },
      'at most 30',
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(refusal(change)).toContain(message);
    expect(refusal(change)).not.toBe('taken');
  });
});
