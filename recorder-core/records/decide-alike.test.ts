import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RetentionItem } from '../policy/retention-item.ts';
import { loadShippedRulePack } from '../policy/rule-pack-file.ts';
import type { RetentionRule, VerifiedRulePack } from '../policy/rule-pack.ts';
import { NO_POLICY, rulebookOf, type Rulebook } from '../policy/rulebook.ts';
import { nextLook } from './apply-retention.ts';
import { decideAlike } from './decide-alike.ts';
import { decideItem } from './decide-recording.ts';
import { putTogether } from './reason-templates.ts';

let shipped: VerifiedRulePack;
beforeAll(async () => {
  shipped = await loadShippedRulePack();
});

/** More with HOLDFAST_TEST_POLICY_RUNS, for a night. */
const RUNS = Number(process.env['HOLDFAST_TEST_POLICY_RUNS'] ?? 60);
const NOW = Date.parse('2026-07-01T12:00:00Z');
const HALF_DAY = 43_200_000;
const PERIODS = ['P0D', 'P1D', 'P30D', 'P31D', 'P1M', 'P6M', 'P1Y', 'P5Y'] as const;

const rule = (index: number): fc.Arbitrary<RetentionRule> =>
  fc.record({
    id: fc.constant(`retention/r${index}`),
    kind: fc.constantFrom('floor', 'floor', 'ceiling', 'deleteAt', 'hold', 'restrict', 'default'),
    mandatory: fc.boolean(),
    review: fc.boolean(),
    scope: fc.constantFrom({}, { classes: ['b'] }, { jurisdictions: ['EEA'] }),
    trigger: fc.constantFrom('captureEnd', 'captureEnd', 'captureEnd', 'contractEnd'),
    period: fc.constantFrom(...PERIODS),
    zone: fc.constantFrom('UTC', 'Europe/Berlin'),
    jurisdiction: fc.constant('*'),
    basis: fc.constant('test'),
    authority: fc.constant(null),
    source: fc.constantFrom('test', 'of 2026-01-01T00:00:00.000Z'),
    url: fc.constant(null),
    asOf: fc.constant('2026-11-01'),
    reviewer: fc.constant(null),
    status: fc.constantFrom('verified', 'verified', 'unverified'),
    note: fc.constant(''),
  });
const rulebook = fc
  .tuple(
    fc
      .integer({ min: 0, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => rule(i)))),
    fc.array(
      fc.record({
        id: fc.constant('tenant/x'),
        kind: fc.constantFrom('floor', 'ceiling', 'deleteAt'),
        trigger: fc.constant('captureEnd'),
        period: fc.constantFrom(...PERIODS),
        zone: fc.constant('UTC'),
      }),
      { maxLength: 1 },
    ),
  )
  .map(([drawn, own]): Rulebook => {
    const kept = shipped.retention.filter(({ id }) => id === shipped.defaults.retention);
    return rulebookOf({ ...shipped, retention: [...kept, ...drawn] }, { ...NO_POLICY, retention: own });
  });

/** Half days about now and about the ends of periods, so that instants meet, pass each other and pass now. */
const instant = fc
  .tuple(fc.constantFrom(0, 1, 30, 31, 181, 365, 5 * 365), fc.integer({ min: -3, max: 3 }), fc.boolean())
  .map(([days, halves, past]) =>
    new Date(NOW + (past ? -1 : 1) * days * 2 * HALF_DAY + halves * HALF_DAY).toISOString(),
  );
const item: fc.Arbitrary<Omit<RetentionItem, 'tenantRules'>> = fc
  .record({
    id: fc.uuid(),
    capturedAt: instant,
    classes: fc.constantFrom(['a'], ['a', 'b'], ['a,b']),
    jurisdictions: fc.constantFrom(['DE'], ['US-NV']),
    holds: fc.constantFrom([], [], [], [{ id: 'h', kind: 'legal' }]),
    requests: fc.constantFrom([], [], [], [{ kind: 'erasure', state: 'approved' } as const]),
    lockedUntil: fc.option(instant),
    keptFor: fc.option(instant),
  })
  .map((drawn) => ({ ...drawn, kind: 'call', triggers: { captureEnd: drawn.capturedAt } }));

const ms = (at: string | null): number | null => (at === null ? null : Date.parse(at));

test('many decided together are each decided as if alone: verdict, dates, next look and every word', () => {
  fc.assert(
    fc.property(rulebook, fc.array(item, { minLength: 20, maxLength: 40 }), (rules, items) => {
      const now = new Date(NOW);
      const decide = decideAlike(now, rules);
      for (const drawn of items) {
        const subject = { ...drawn, tenantRules: rules.policy.retention };
        const alone = decideItem(subject, now, rules);
        const { reason, dates, whole, ...said } = decide(subject);
        const { keptFor, ...explanation } = alone.explanation;
        expect({ ...said, explanation: putTogether(reason.body, dates), whole: whole() }).toEqual({
          explanation,
          whole: alone,
          verdict: alone.decision.decision,
          mayDispose: alone.mayDispose,
          actions: alone.decision.actions,
          rules: alone.decision.rules.map(({ id }) => id),
          retainUntil: ms(alone.retainUntil),
          decideAt: ms(nextLook(alone, now)),
          keptFor: ms(keptFor ?? null),
        });
      }
    }),
    { numRuns: RUNS },
  );
});

test('recordings that differ by when they ended share one template, until a date of one has passed', () => {
  const decide = decideAlike(new Date(NOW), rulebookOf(shipped));
  const ended = (daysAgo: number) => {
    const capturedAt = new Date(NOW - daysAgo * 2 * HALF_DAY).toISOString();
    const triggers = { captureEnd: capturedAt };
    const known = {
      holds: [],
      requests: [],
      tenantRules: NO_POLICY.retention,
      lockedUntil: null,
      keptFor: null,
    };
    return {
      id: 'i',
      capturedAt,
      kind: 'call',
      classes: ['business-call'],
      jurisdictions: ['DE'],
      triggers,
      ...known,
    };
  };
  const [one, other, over] = [decide(ended(3)), decide(ended(5)), decide(ended(4000))];
  expect(other.reason).toBe(one.reason);
  expect(one.retainUntil! - other.retainUntil!).toBe(4 * HALF_DAY);
  expect(over).toMatchObject({ verdict: 'DISPOSE' });
});
