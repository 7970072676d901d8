import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  changesOf,
  INCIDENT_TRAITS,
  planClocks,
  type Classification,
  type ClockFacts,
} from './incident-clocks.ts';
import type { IncidentClockRow } from './clock-rows.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import { rulebookOf, type Rulebook } from './rulebook.ts';

const DETECTED = '2026-11-26T10:00:00.000Z';
const provenance = {
  source: 'test',
  url: null,
  asOf: '2026-11-01',
  reviewer: 'Counsel',
  status: 'verified',
  note: '',
};
const row = (
  id: string,
  more: Pick<IncidentClockRow, 'regime' | 'duty' | 'startsAt' | 'when' | 'duration'> &
    Partial<IncidentClockRow>,
): IncidentClockRow =>
  ({
    id: `incident-clock/${id}`,
    jurisdiction: '*',
    recipient: 'authority',
    ends: 'that-day',
    zone: 'UTC',
    ...provenance,
    ...more,
  }) as IncidentClockRow;
const hours = (amount: number) => ({ amount, unit: 'hours' }) as const;
const ROWS = [
  row('dora-initial', {
    regime: 'DORA',
    duty: 'notify-authority',
    startsAt: 'classification',
    when: ['major'],
    duration: hours(4),
  }),
  row('dora-latest', {
    regime: 'DORA',
    duty: 'notify-authority',
    startsAt: 'detection',
    when: ['major'],
    duration: hours(24),
  }),
  row('dora-intermediate', {
    regime: 'DORA',
    duty: 'intermediate-report',
    startsAt: 'initial-notification',
    when: ['major'],
    duration: hours(72),
  }),
  row('dora-final', {
    regime: 'DORA',
    duty: 'final-report',
    startsAt: 'intermediate-report',
    when: ['major'],
    duration: { amount: 1, unit: 'months' },
  }),
  row('gdpr', {
    regime: 'GDPR',
    duty: 'notify-authority',
    startsAt: 'awareness',
    when: ['personal-data'],
    duration: hours(72),
  }),
  row('sec', {
    regime: 'SEC 8-K',
    duty: 'disclose',
    startsAt: 'materiality',
    when: ['material'],
    duration: { amount: 4, unit: 'business-days' },
  }),
];
let rules: Rulebook;
beforeAll(async () => {
  rules = rulebookOf({ ...(await loadShippedRulePack()), incidentClocks: ROWS });
});

const plan = (classification: Classification | null, standing: readonly ClockFacts[] = [], now = DETECTED) =>
  Object.fromEntries(
    planClocks(rules, { detectedAt: DETECTED, classification }, standing, now).map(
      ({ row: { id }, startedAt, dueAt }) => [id.replace('incident-clock/', ''), [startedAt, dueAt]],
    ),
  );
const facts = (id: string, regime: string, duty: string, more: Partial<ClockFacts> = {}): ClockFacts => ({
  ruleId: `incident-clock/${id}`,
  regime,
  duty,
  startedAt: DETECTED,
  dueAt: '2026-11-27T10:00:00.000Z',
  answeredAt: null,
  endedAt: null,
  ...more,
});

describe('the clocks of an incident', () => {
  test('run all from the detection while nothing is known', () => {
    expect(plan(null)).toEqual({
      'dora-initial': [DETECTED, '2026-11-26T14:00:00.000Z'],
      'dora-latest': [DETECTED, '2026-11-27T10:00:00.000Z'],
      gdpr: [DETECTED, '2026-11-29T10:00:00.000Z'],
      sec: [DETECTED, '2026-12-03T00:00:00.000Z'],
    });
  });

  test('run each from its own event', () => {
    const none = Object.fromEntries(INCIDENT_TRAITS.map((trait) => [trait, false]));
    const classification: Classification = {
      traits: { ...none, major: true, material: true },
      events: { classification: '2026-11-26T15:00:00.000Z', materiality: '2026-12-01T09:00:00.000Z' },
    };
    expect(plan(classification)).toEqual({
      'dora-initial': ['2026-11-26T15:00:00.000Z', '2026-11-26T19:00:00.000Z'],
      'dora-latest': [DETECTED, '2026-11-27T10:00:00.000Z'],
      sec: ['2026-12-01T09:00:00.000Z', '2026-12-08T00:00:00.000Z'],
    });
  });

  test('follow from what was told, or from when it should have been', () => {
    const major: Classification = {
      traits: { major: true, 'personal-data': false, material: false },
      events: {},
    };
    const told = facts('dora-initial', 'DORA', 'notify-authority', {
      answeredAt: '2026-11-26T12:00:00.000Z',
    });
    expect(plan(major, [told])['dora-intermediate']).toEqual([
      '2026-11-26T12:00:00.000Z',
      '2026-11-29T12:00:00.000Z',
    ]);
    const silent = facts('dora-initial', 'DORA', 'notify-authority');
    expect(plan(major, [silent])['dora-intermediate']).toBeUndefined();
    expect(plan(major, [silent], '2026-11-28T10:00:00.000Z')['dora-intermediate']).toEqual([
      '2026-11-27T10:00:00.000Z',
      '2026-11-30T10:00:00.000Z',
    ]);
    const reported = facts('dora-intermediate', 'DORA', 'intermediate-report', {
      answeredAt: '2026-11-28T12:00:00.000Z',
    });
    expect(plan(major, [told, reported])['dora-final']).toEqual([
      '2026-11-28T12:00:00.000Z',
      '2026-12-29T00:00:00.000Z',
    ]);
  });

  test('are never fewer, nor later, for knowing less', () => {
    const traits = fc.dictionary(fc.constantFrom(...INCIDENT_TRAITS), fc.boolean());
    const later = fc
      .integer({ min: 0, max: 240 })
      .map((n) => new Date(Date.parse(DETECTED) + n * 3_600_000).toISOString());
    const events = fc.dictionary(
      fc.constantFrom('awareness', 'classification', 'materiality', 'discovery'),
      later,
    );
    fc.assert(
      fc.property(traits, events, fc.constantFrom(...INCIDENT_TRAITS), (known, dated, forgotten) => {
        const more = plan({ traits: known, events: dated });
        const rest = Object.fromEntries(Object.entries(known).filter(([trait]) => trait !== forgotten));
        const less = plan({ traits: rest, events: {} });
        for (const [id, [, due]] of Object.entries(more)) expect(less[id]![1]! <= due!).toBe(true);
      }),
    );
  });
});

describe('a new classification', () => {
  const planned = () => planClocks(rules, { detectedAt: DETECTED, classification: null }, [], DETECTED);

  test('changes nothing where the plan stands', () => {
    const standing = planned().map(({ row: { id, regime, duty }, startedAt, dueAt }) => ({
      ...facts(id, regime, duty, { startedAt, dueAt }),
      ruleId: id,
    }));
    expect(changesOf(planned(), standing)).toEqual({ start: [], move: [], end: [], resume: [] });
  });

  test('starts, moves, ends and takes up again, but never touches what was told', () => {
    const standing = [
      facts('dora-latest', 'DORA', 'notify-authority', { dueAt: '2026-11-28T00:00:00.000Z' }),
      facts('gdpr', 'GDPR', 'notify-authority', { answeredAt: DETECTED, dueAt: '2020-01-01T00:00:00.000Z' }),
      facts('sec', 'SEC 8-K', 'disclose', { dueAt: '2026-12-03T00:00:00.000Z', endedAt: DETECTED }),
      facts('old', 'Old', 'disclose'),
    ];
    const changes = changesOf(planned(), standing);
    expect(changes.start.map(({ row: { id } }) => id)).toEqual(['incident-clock/dora-initial']);
    expect(changes.move.map(({ ruleId }) => ruleId)).toEqual(['incident-clock/dora-latest']);
    expect([changes.end, changes.resume]).toEqual([['incident-clock/old'], ['incident-clock/sec']]);
  });
});
