import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentClock } from '../../../hub/api/schemas/incident.ts';
import { shareOver, timeLeft } from '../work-place/time-left.ts';
import { calledInWords, incidentStep, instantOf, nextClock } from './incident-words.ts';

const clock = (state: IncidentClock['state'], dueAt: string): IncidentClock =>
  ({ id: dueAt, state, dueAt, startedAt: '2026-11-26T00:00:00.000Z' }) as IncidentClock;
const NOW = new Date('2026-11-26T12:00:00.000Z');
const standing = {
  state: 'open' as const,
  acknowledged: true,
  classified: true,
  clocks: [],
  missing: [],
  approvalId: null,
};

describe('the next step of an incident', () => {
  test.each([
    ['closed', { ...standing, state: 'closed' as const, acknowledged: false }],
    ['approve', { ...standing, approvalId: 'a', clocks: [clock('missed', '2026-11-26T01:00:00.000Z')] }],
    ['take-on', { ...standing, acknowledged: false, classified: false }],
    ['classify', { ...standing, classified: false }],
    ['tell', { ...standing, clocks: [clock('running', '2026-11-27T00:00:00.000Z')], missing: ['a'] }],
    ['work', { ...standing, clocks: [clock('answered', '2026-11-27T00:00:00.000Z')], missing: ['a'] }],
    ['close', standing],
  ])('is "%s"', (step, entry) => {
    expect(incidentStep(entry)).toBe(step);
  });
});

test('the next clock is the one that is due first of those that are owed, whatever their order', () => {
  const states = fc.constantFrom<IncidentClock['state'][]>('running', 'missed', 'answered', 'late', 'ended');
  const made = fc.array(fc.tuple(states, fc.integer({ min: 0, max: 9_999 })));
  fc.assert(
    fc.property(made, (pairs) => {
      const clocks = pairs.map(([state, minute]) =>
        clock(state, new Date(NOW.getTime() + minute * 60_000).toISOString()),
      );
      const owed = clocks.filter(({ state }) => state === 'running' || state === 'missed');
      expect(nextClock(clocks)?.dueAt).toBe(owed.map(({ dueAt }) => dueAt).sort()[0]);
      expect(nextClock(clocks.toReversed())?.dueAt).toBe(nextClock(clocks)?.dueAt);
    }),
  );
});

test.each([
  ['2026-11-26T12:05:30.000Z', 'in 5 min'],
  ['2026-11-26T10:00:00.000Z', '2 h ago'],
  ['2026-11-29T13:00:00.000Z', 'in 3 d'],
])('%s is told as "%s"', (dueAt, words) => {
  expect(timeLeft(dueAt, NOW)).toBe(words);
});

test('the share of a clock that is over is between nothing and all, and only grows', () => {
  const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, instant, instant, instant, (start, due, one, other) => {
      const span = { startedAt: start.toISOString(), dueAt: due.toISOString() };
      const [first, second] = [one, other].toSorted((a, b) => a.getTime() - b.getTime()) as [Date, Date];
      const [before, after] = [shareOver(span, first), shareOver(span, second)];
      expect(before).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(1);
      expect(after).toBeGreaterThanOrEqual(before);
    }),
  );
});

test.each([
  ['2026-11-26 14:30', '2026-11-26T14:30:00.000Z'],
  ['2026-11-26', '2026-11-26T00:00:00.000Z'],
  ['2026-02-30', undefined],
  ['2026-11-26 25:00', undefined],
  ['yesterday', undefined],
])('the instant %j is read as %j', (text, instant) => {
  expect(instantOf(text)).toBe(instant);
});

test('whom a level calls is told in words', () => {
  expect(calledInWords(['compliance_officer', 'administrator'])).toBe('compliance officers, administrators');
});
