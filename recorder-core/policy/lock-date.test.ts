import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lockDateOf } from './lock-date.ts';
import type { RetentionGround } from './retention-grounds.ts';

const KINDS = ['floor', 'ceiling', 'deleteAt', 'default', 'hold', 'grace', 'lock', 'restrict'] as const;

function ground(kind: RetentionGround['kind'], at: string | null, binding = true): RetentionGround {
  return {
    id: `x/${kind}`,
    kind,
    subject: null,
    at,
    origin: 'pack',
    status: 'verified',
    source: 'a law',
    binding,
  };
}

describe('the date of a storage lock', () => {
  test('is the latest floor that binds', () => {
    const rules = [
      ground('floor', '2031-01-01T00:00:00.000Z'),
      ground('floor', '2033-01-01T00:00:00.000Z'),
      ground('floor', '2040-01-01T00:00:00.000Z', false),
      ground('floor', null),
    ];
    expect(lockDateOf({ rules })).toBe('2033-01-01T00:00:00.000Z');
  });

  test('is null where only a default, a hold or an earlier promise keeps the item', () => {
    const at = '2033-01-01T00:00:00.000Z';
    expect(
      lockDateOf({ rules: [ground('default', at), ground('hold', null), ground('lock', at)] }),
    ).toBeNull();
  });

  test('is never past a floor, nor past a date at which the item must go', () => {
    const rule = fc.record({
      kind: fc.constantFrom(...KINDS),
      at: fc.option(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })),
      binding: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(rule), (drawn) => {
        const rules = drawn.map(({ kind, at, binding }) => ground(kind, at?.toISOString() ?? null, binding));
        const until = lockDateOf({ rules });
        const binding = (kinds: readonly string[]) =>
          rules.flatMap((one) =>
            one.binding && one.at !== null && kinds.includes(one.kind) ? [one.at] : [],
          );
        if (until === null) return binding(['floor']).length === 0;
        return (
          binding(['floor']).some((at) => until <= at) &&
          binding(['ceiling', 'deleteAt']).every((at) => until <= at)
        );
      }),
    );
  });
});
