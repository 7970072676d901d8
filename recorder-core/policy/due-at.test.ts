import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClockDuration } from './clock-rows.ts';
import { dueAt, type ClockRow } from './due-at.ts';

const GERMAN = ['2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25', '2026-12-26'];
const row = (amount: number, unit: ClockDuration['unit'], change: Partial<ClockRow> = {}): ClockRow => ({
  duration: { amount, unit },
  ends: 'next-working-day',
  zone: 'Europe/Berlin',
  status: 'verified',
  ...change,
});
/** The last day on which it is in time, in Berlin. */
const lastDay = (...args: Parameters<typeof dueAt>): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(Date.parse(dueAt(...args)) - 1);

describe('a period in months ends on the same date', () => {
  test.each([
    ['of the next month', '2026-03-09T10:00:00+01:00', '2026-04-09'],
    ['or on its last day, where there is none', '2027-01-31T10:00:00+01:00', '2027-03-01'], // 28 February is a Sunday
    ['or on 29 February, where that is the last', '2028-01-31T10:00:00+01:00', '2028-02-29'],
    ['or after a Saturday on Monday', '2026-03-11T10:00:00+01:00', '2026-04-13'],
    ['or after Good Friday and Easter on Tuesday', '2026-03-03T10:00:00+01:00', '2026-04-07'],
    ['by the date in the zone, not in UTC', '2026-03-08T23:30:00Z', '2026-04-09'],
  ])('%s', (_, start, end) => {
    expect(lastDay(row(1, 'months'), start, GERMAN)).toBe(end);
  });

  test('at the end of that day in the zone, also over a change of the clocks', () => {
    expect(dueAt(row(1, 'months'), '2026-03-09T10:00:00+01:00', [])).toBe('2026-04-09T22:00:00.000Z');
    expect(dueAt(row(1, 'months'), '2026-09-26T10:00:00+02:00', [])).toBe('2026-10-26T23:00:00.000Z');
  });
});

describe('other periods', () => {
  test('in hours run through nights, holidays and changes of the clocks', () => {
    expect(dueAt(row(72, 'hours'), '2026-12-24T18:30:00Z', GERMAN)).toBe('2026-12-27T18:30:00.000Z');
    expect(dueAt(row(24, 'hours'), '2026-03-28T18:00:00+01:00', [])).toBe('2026-03-29T17:00:00.000Z');
  });

  test('in days leave out the day of the event', () => {
    expect(lastDay(row(45, 'days', { ends: 'that-day' }), '2026-01-01T12:00:00Z', [])).toBe('2026-02-15');
  });

  test('in business days leave out weekends and holidays', () => {
    expect(lastDay(row(4, 'business-days'), '2026-12-23T12:00:00Z', GERMAN)).toBe('2026-12-30');
    expect(lastDay(row(10, 'business-days'), '2026-04-01T12:00:00Z', GERMAN)).toBe('2026-04-17');
  });
});

describe('an extension and a pause', () => {
  const gdpr = row(1, 'months', { extension: { amount: 2, unit: 'months' }, pauses: ['identity'] });

  test('lengthen a clock that knows them', () => {
    expect(lastDay(gdpr, '2026-01-30T12:00:00Z', [])).toBe('2026-03-02');
    expect(lastDay(gdpr, '2026-01-30T12:00:00Z', [], { extended: true })).toBe('2026-04-30');
    const pauses = [{ for: 'identity', from: '2026-03-10T00:00:00Z', to: '2026-03-15T00:00:00Z' }] as const;
    expect(lastDay(gdpr, '2026-03-09T12:00:00Z', [], { pauses })).toBe('2026-04-14');
  });

  test('leave alone one that does not', () => {
    const pauses = [
      { for: 'clarification', from: '2026-03-10T00:00:00Z', to: '2026-03-20T00:00:00Z' },
    ] as const;
    expect(lastDay(gdpr, '2026-03-09T12:00:00Z', [], { pauses })).toBe('2026-04-09');
    expect(lastDay(row(1, 'months'), '2026-03-09T12:00:00Z', [], { extended: true, pauses })).toBe(
      '2026-04-09',
    );
  });
});

const anyRow = fc.record({
  duration: fc.record({
    amount: fc.integer({ min: 0, max: 90 }),
    unit: fc.constantFrom<ClockDuration['unit']>('hours', 'days', 'business-days', 'months'),
  }),
  ends: fc.constantFrom<ClockRow['ends']>('that-day', 'next-working-day'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe'),
  extension: fc.constantFrom<ClockDuration | null>(null, { amount: 2, unit: 'months' }),
});
const anyStart = fc
  .integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) })
  .map((ms) => new Date(ms).toISOString());

describe('for every clock', () => {
  test('an unverified row is never later than a verified one, and no date is before the start', () => {
    fc.assert(
      fc.property(anyRow, anyStart, fc.boolean(), (made, start, extended) => {
        const verified = dueAt({ ...made, status: 'verified' }, start, GERMAN, { extended });
        const strict = dueAt({ ...made, status: 'unverified' }, start, GERMAN, { extended });
        expect(strict <= verified).toBe(true);
        expect(strict >= start).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('a later start, one holiday more and an extension never make it due earlier', () => {
    fc.assert(
      fc.property(anyRow, anyStart, anyStart, (made, a, b) => {
        const known = { ...made, status: 'verified' } as const;
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(dueAt(known, first, GERMAN) <= dueAt(known, second, GERMAN)).toBe(true);
        expect(dueAt(known, first, []) <= dueAt(known, first, GERMAN)).toBe(true);
        expect(dueAt(known, first, []) <= dueAt(known, first, [], { extended: true })).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
