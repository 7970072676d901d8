import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addPeriod } from './calendar.ts';
import type { ItemHold, ItemRequest, RetentionItem } from './retention-item.ts';
import { referenceDecision } from './second-evaluator.ts';
import { retentionTimeline } from './retention-timeline.ts';
import { decideRetention } from './retention.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { RetentionRule, VerifiedRulePack } from './rule-pack.ts';

/** More with HOLDFAST_TEST_POLICY_RUNS, for a night. */
const MANY = Number(process.env['HOLDFAST_TEST_POLICY_RUNS'] ?? 300);
const RUNS = { numRuns: MANY };
const HOUR = 3_600_000;
const PERIODS = ['P0D', 'P1D', 'P30D', 'P180D', 'P1M', 'P6M', 'P1Y', 'P5Y', 'P1Y1M1D'] as const;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const;
const TRIGGERS = ['captureEnd', 'contractEnd', 'paymentAuthorised'] as const;

let shipped: VerifiedRulePack;
beforeAll(async () => {
  shipped = await loadShippedRulePack();
});

/** Instants near the edges of the calendar: leap day, month ends, both clock changes. */
const instant = fc
  .tuple(
    fc.constantFrom(
      '2024-02-29',
      '2023-12-31',
      '2024-01-31',
      '2024-03-31',
      '2024-10-27',
      '2024-11-03',
      '2025-03-09',
      '2026-07-01',
    ),
    fc.integer({ min: 0, max: 47 }),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([day, halfHours, years]) => {
    const start = Date.parse(`${day}T00:00:00Z`) + (halfHours * HOUR) / 2;
    return new Date(start + years * 365 * 24 * HOUR).toISOString();
  });

const subset = <T>(...values: T[]): fc.Arbitrary<T[]> => fc.subarray(values);

const rule = (index: number): fc.Arbitrary<RetentionRule> =>
  fc.record({
    id: fc.constant(`retention/r${String(index)}`),
    kind: fc.constantFrom('floor', 'floor', 'ceiling', 'deleteAt', 'deleteAt', 'hold', 'restrict', 'default'),
    mandatory: fc.boolean(),
    review: fc.boolean(),
    scope: fc.constantFrom(
      {},
      {},
      { classes: ['a'] },
      { kinds: ['call'] },
      { jurisdictions: ['EEA'] },
      { classes: ['b'], jurisdictions: ['US'] },
    ),
    trigger: fc.constantFrom('captureEnd', 'captureEnd', 'contractEnd', 'paymentAuthorised'),
    period: fc.constantFrom(...PERIODS),
    zone: fc.constantFrom(...ZONES),
    jurisdiction: fc.constant('*'),
    basis: fc.constant('test'),
    authority: fc.constant(null),
    source: fc.constant('test'),
    url: fc.constant(null),
    asOf: fc.constant('2026-11-01'),
    reviewer: fc.constant(null),
    status: fc.constantFrom('verified', 'verified', 'unverified'),
    note: fc.constant(''),
  });

const rules = fc
  .integer({ min: 0, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => rule(i))));

const hold: fc.Arbitrary<ItemHold> = fc.record({
  id: fc.constantFrom('h1', 'h2'),
  kind: fc.constantFrom('legal', 'authority'),
  releasedAt: fc.option(instant),
});

const request: fc.Arbitrary<ItemRequest> = fc.record({
  kind: fc.constantFrom('access', 'dispute', 'export', 'erasure', 'erasure'),
  state: fc.constantFrom('received', 'verified', 'approved', 'refused', 'fulfilled'),
});

const item: fc.Arbitrary<RetentionItem> = fc.record({
  id: fc.constant('item'),
  capturedAt: instant,
  kind: fc.constantFrom('call', 'voicemail'),
  classes: subset('a', 'b'),
  triggers: fc.record(Object.fromEntries(TRIGGERS.map((name) => [name, instant])), { requiredKeys: [] }),
  holds: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(hold, { maxLength: 2 }) },
  ),
  requests: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(request, { maxLength: 2 }) },
  ),
  jurisdictions: subset('DE', 'FR', 'US-NV', 'unknown'),
  tenantRules: fc.array(
    fc.record({
      id: fc.constantFrom('tenant/x', 'tenant/y'),
      kind: fc.constantFrom('floor', 'ceiling', 'deleteAt'),
      trigger: fc.constantFrom(...TRIGGERS),
      period: fc.constantFrom(...PERIODS),
      zone: fc.constantFrom(...ZONES),
    }),
    { maxLength: 1 },
  ),
  lockedUntil: fc.option(instant, { freq: 4 }),
});

const packWith = (retention: readonly RetentionRule[]): VerifiedRulePack => ({
  ...shipped,
  retention: [...shipped.retention.filter((row) => row.id === shipped.defaults.retention), ...retention],
});

/** Any instant, or just before, at or after one that a rule names. */
function momentsFor(
  subject: RetentionItem,
  drawn: readonly RetentionRule[],
  any: string,
  pick: number,
): string {
  const dates = drawn.flatMap((row) => {
    const start = subject.triggers[row.trigger];
    return start === undefined ? [] : [addPeriod(Date.parse(start), row.period, row.zone)];
  });
  const date = dates[Math.floor(pick / 4) % Math.max(1, dates.length)];
  return date === undefined || pick % 4 === 3 ? any : new Date(date + (pick % 4) - 1).toISOString();
}

const scene = fc
  .tuple(item, rules, instant, fc.nat(200))
  .map(([subject, drawn, any, pick]) => ({ subject, drawn, at: momentsFor(subject, drawn, any, pick) }));

const after = (date: string | null): number => (date === null ? Number.POSITIVE_INFINITY : Date.parse(date));

describe('the retention decision, against a second evaluator and its invariants', () => {
  test('agrees with the slow reference evaluator on verdict and date', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(scene, ({ subject, drawn, at }) => {
        const pack = packWith(drawn);
        const { decision, retainUntil } = decideRetention(subject, at, pack);
        seen.add(decision);
        expect({ decision, retainUntil }).toEqual(referenceDecision(subject, at, pack));
      }),
      { numRuns: 2 * MANY },
    );
    expect([...seen].sort()).toEqual(['CONFLICT', 'DEFER', 'DISPOSE', 'RESTRICT', 'RETAIN']);
  });

  test('never disposes under a hold, however it got there', () => {
    fc.assert(
      fc.property(scene, ({ subject, drawn, at }) => {
        const held = { ...subject, holds: [...subject.holds, { id: 'h', kind: 'legal' }] };
        const answer = decideRetention(held, at, packWith(drawn));
        expect(answer.decision).toBe('RETAIN');
        expect(answer.retainUntil).toBeNull();
      }),
      RUNS,
    );
  });

  test('never disposes in the tick in which a hold is released, nor in the grace after it', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 29 }), ({ subject, drawn, at }, days) => {
        const releasedAt = new Date(Date.parse(at) - days * 24 * HOUR).toISOString();
        const released = { ...subject, holds: [{ id: 'h', kind: 'legal', releasedAt }] };
        expect(decideRetention(released, at, packWith(drawn)).decision).toBe('RETAIN');
      }),
      RUNS,
    );
  });

  test('a further hold, floor, lock or open request never moves disposal earlier', () => {
    const addition = fc.oneof(
      hold.map((added) => (s: RetentionItem) => ({ ...s, holds: [...s.holds, added] })),
      fc.constantFrom(...PERIODS).map((period) => (s: RetentionItem) => ({
        ...s,
        tenantRules: [
          ...(s.tenantRules ?? []),
          { id: 'tenant/more', kind: 'floor', trigger: 'captureEnd', period, zone: 'UTC' } as const,
        ],
      })),
      fc.constant((s: RetentionItem): RetentionItem => ({
        ...s,
        requests: [...s.requests, { kind: 'access', state: 'received' }],
      })),
    );
    fc.assert(
      fc.property(scene, addition, ({ subject, drawn, at }, add) => {
        const pack = packWith(drawn);
        const before = decideRetention(subject, at, pack);
        const more = decideRetention(add(subject), at, pack);
        expect(after(more.retainUntil)).toBeGreaterThanOrEqual(after(before.retainUntil));
        if (before.decision !== 'DISPOSE') expect(more.decision).not.toBe('DISPOSE');
      }),
      RUNS,
    );
  });

  test('does not depend on the order of rules, classes, holds, requests or places', () => {
    fc.assert(
      fc.property(scene, ({ subject, drawn, at }) => {
        const turned: RetentionItem = {
          ...subject,
          classes: [...subject.classes].reverse(),
          holds: [...subject.holds].reverse(),
          requests: [...subject.requests].reverse(),
          jurisdictions: [...subject.jurisdictions].reverse(),
        };
        const answer = decideRetention(subject, at, packWith(drawn));
        expect(decideRetention(turned, at, packWith([...drawn].reverse()))).toEqual(answer);
        expect(decideRetention(subject, at, packWith(drawn))).toEqual(answer);
      }),
      RUNS,
    );
  });

  test('the date it names is the first on which the answer is DISPOSE', () => {
    fc.assert(
      fc.property(scene, ({ subject, drawn, at }) => {
        const pack = packWith(drawn);
        const { decision, retainUntil } = decideRetention(subject, at, pack);
        if (decision === 'DISPOSE') expect(after(retainUntil)).toBeLessThanOrEqual(Date.parse(at));
        if (decision === 'DISPOSE' || retainUntil === null) return;
        const before = new Date(Date.parse(retainUntil) - 1).toISOString();
        expect(decideRetention(subject, retainUntil, pack).decision).toBe('DISPOSE');
        if (Date.parse(before) >= Date.parse(at)) {
          expect(decideRetention(subject, before, pack).decision).not.toBe('DISPOSE');
        }
      }),
      RUNS,
    );
  });

  test('an unverified rule never brings disposal forward', () => {
    fc.assert(
      fc.property(scene, rule(9), ({ subject, drawn, at }, extra) => {
        const before = decideRetention(subject, at, packWith(drawn));
        const more = decideRetention(subject, at, packWith([...drawn, { ...extra, status: 'unverified' }]));
        expect(after(more.retainUntil)).toBeGreaterThanOrEqual(after(before.retainUntil));
      }),
      RUNS,
    );
  });

  test('an item locked in storage outlives any later, shorter pack', () => {
    fc.assert(
      fc.property(scene, rules, ({ subject, drawn, at }, later) => {
        const promised = decideRetention(subject, at, packWith(drawn)).retainUntil;
        if (promised === null) return;
        const locked = { ...subject, lockedUntil: promised };
        const answer = decideRetention(locked, at, packWith(later));
        if (Date.parse(at) < Date.parse(promised)) expect(answer.decision).not.toBe('DISPOSE');
        expect(after(answer.retainUntil)).toBeGreaterThanOrEqual(after(promised));
      }),
      RUNS,
    );
  });

  test('the old pack gives the old answer after a new one was used', () => {
    fc.assert(
      fc.property(scene, rules, ({ subject, drawn, at }, later) => {
        const old = packWith(drawn);
        const first = decideRetention(subject, at, old);
        decideRetention(subject, at, packWith(later));
        expect(decideRetention(subject, at, JSON.parse(JSON.stringify(old)) as VerifiedRulePack)).toEqual(
          first,
        );
      }),
      RUNS,
    );
  });

  test('over a history of holds, requests and passing time, a held or requested item is never disposed of', () => {
    const event = fc.constantFrom('hold', 'release', 'ask', 'answer', 'erase', 'wait', 'wait');
    fc.assert(
      fc.property(scene, fc.array(event, { maxLength: 12 }), ({ subject, drawn, at }, events) => {
        const pack = packWith(drawn);
        let holds: ItemHold[] = [];
        let requests: ItemRequest[] = [];
        let now = Date.parse(at);
        for (const step of events) {
          const moment = new Date(now).toISOString();
          if (step === 'hold') holds = [...holds, { id: String(holds.length), kind: 'legal' }];
          if (step === 'release')
            holds = holds.map((one) => ({ ...one, releasedAt: one.releasedAt ?? moment }));
          if (step === 'ask') requests = [...requests, { kind: 'access', state: 'received' }];
          if (step === 'answer') requests = requests.map((one) => ({ ...one, state: 'fulfilled' }));
          if (step === 'erase') requests = [...requests, { kind: 'erasure', state: 'approved' }];
          if (step === 'wait') now += 17 * 24 * HOUR;
          const answer = decideRetention({ ...subject, holds, requests }, new Date(now).toISOString(), pack);
          const grace = holds.some((one) => now < Date.parse(one.releasedAt ?? '') + 30 * 24 * HOUR);
          if (holds.some((one) => one.releasedAt === undefined) || grace)
            expect(answer.decision).toBe('RETAIN');
          if (requests.some((one) => one.kind === 'access' && one.state === 'received')) {
            expect(answer.decision).not.toBe('DISPOSE');
          }
        }
      }),
      RUNS,
    );
  });

  test('a policy of a tenant keeps nothing beyond what the pack allows, and deletes nothing that the pack keeps', () => {
    fc.assert(
      fc.property(scene, ({ subject, drawn, at }) => {
        const pack = packWith(drawn);
        const lawful = decideRetention({ ...subject, tenantRules: [] }, at, pack);
        const own = decideRetention(subject, at, pack);
        const bound = (kinds: string[]) =>
          own.rules.filter(
            ({ origin, kind, binding }) => origin === 'pack' && binding && kinds.includes(kind),
          );
        if (own.decision === 'DISPOSE') {
          expect(bound(['floor', 'hold']).filter((ground) => ground.at === null || ground.at > at)).toEqual(
            [],
          );
          expect(['RETAIN', 'RESTRICT', 'DISPOSE', 'CONFLICT']).toContain(lawful.decision);
        }
        const due = bound(['ceiling', 'deleteAt']).some((ground) => ground.at !== null && ground.at <= at);
        const mustGo = due && lawful.decision === 'DISPOSE';
        if (mustGo) expect(own.decision).toBe('DISPOSE');
      }),
      RUNS,
    );
  });

  test('the timeline names every verdict to come, each from the first instant at which it holds', () => {
    fc.assert(
      fc.property(scene, instant, ({ subject, drawn, at }, other) => {
        const pack = packWith(drawn);
        const steps = retentionTimeline(subject, at, pack);
        const later = other > at ? other : at;
        const step = steps.findLast(({ from }) => from <= new Date(Date.parse(later)).toISOString());
        expect(decideRetention(subject, later, pack).decision).toBe(step?.decision);
      }),
      RUNS,
    );
  });
});
