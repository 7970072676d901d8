import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerDueAt, clocksOf, requestClockState, type TimedRequest } from './request-clock.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import { rulebookOf, type Rulebook } from './rulebook.ts';

let rules: Rulebook;
beforeAll(async () => {
  rules = rulebookOf(await loadShippedRulePack());
});

const asked = (change: Partial<TimedRequest> = {}): TimedRequest => ({
  kind: 'access',
  places: ['DE'],
  receivedAt: '2027-01-31T09:00:00.000Z',
  verifiedAt: null,
  extendedAt: null,
  pauses: [],
  ...change,
});
const due = (request: TimedRequest, now = '2027-02-01T00:00:00.000Z') =>
  answerDueAt(clocksOf(request, rules, now))?.slice(0, 10);

describe('the clock of a request', () => {
  test('of a month ends with the month where it is shorter, and on the next working day', () => {
    expect(due(asked())).toBe('2027-03-01'); // 28 February is a Sunday
  });

  test('stops for proof of identity where the regime allows it, and never in California', () => {
    const pauses = [
      { for: 'identity' as const, from: '2027-02-01T00:00:00.000Z', to: '2027-02-11T00:00:00.000Z' },
    ];
    const german = [due(asked()), due(asked({ pauses }))];
    expect(german[1]! > german[0]!).toBe(true);
    const californian = { places: ['US-CA'] };
    expect(due(asked({ ...californian, pauses }))).toBe(due(asked(californian)));
  });

  test('is prolonged where its rule says so, and no longer offers it then, nor after its first date', () => {
    const extended = asked({ extendedAt: '2027-02-10T00:00:00.000Z' });
    expect(due(extended)! > due(asked())!).toBe(true);
    const offers = (request: TimedRequest, now: string) =>
      clocksOf(request, rules, now).some(({ extendable }) => extendable);
    expect(offers(asked(), '2027-02-10T00:00:00.000Z')).toBe(true);
    expect(offers(extended, '2027-02-10T00:00:00.000Z')).toBe(false);
    expect(offers(asked(), '2027-06-01T00:00:00.000Z')).toBe(false);
  });

  test('of a person of whom nothing is known is the strictest', () => {
    expect(due(asked({ places: [] }))! < due(asked())!).toBe(true);
  });
});

describe('where a clock stands', () => {
  const clock = { step: 'answer' as const, dueAt: '2027-03-01T23:00:00.000Z', pausable: true };
  const open = { endedAt: null, told: false };
  const before = '2027-02-10T00:00:00.000Z';
  const after = '2027-03-02T00:00:00.000Z';

  test.each([
    ['running', clock, open, false, before],
    ['paused', clock, open, true, before],
    ['running', { ...clock, pausable: false }, open, true, before],
    ['missed', clock, open, false, after],
    ['met', clock, { endedAt: before, told: true }, false, before],
    ['late', clock, { endedAt: after, told: true }, false, after],
    ['ended', clock, { endedAt: after, told: false }, false, after],
    ['unknown', { ...clock, step: 'acknowledge' as const }, open, false, after],
  ] as const)('is told as %s', (state, of, end, waits, now) => {
    expect(requestClockState(of, end, waits, now)).toBe(state);
  });

  test('never changes once the person was told', () => {
    const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, instant, instant, fc.boolean(), (due, ended, now, waits) => {
        const [dueAt, endedAt] = [due.toISOString(), ended.toISOString()];
        const state = requestClockState(
          { ...clock, dueAt },
          { endedAt, told: true },
          waits,
          now.toISOString(),
        );
        expect(state).toBe(endedAt <= dueAt ? 'met' : 'late');
      }),
    );
  });
});
