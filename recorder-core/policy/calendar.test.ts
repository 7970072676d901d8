import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addPeriod, formatInstant, parseInstant } from './calendar.ts';
import { referenceAddPeriod } from './second-evaluator.ts';

const add = (start: string, period: string, zone = 'UTC'): string =>
  formatInstant(addPeriod(parseInstant(start), period, zone));

describe('adding a period', () => {
  test.each([
    ['2024-02-29T10:00:00Z', 'P1Y', '2025-02-28T10:00:00.000Z'],
    ['2024-02-29T10:00:00Z', 'P4Y', '2028-02-29T10:00:00.000Z'],
    ['2023-02-28T10:00:00Z', 'P1Y', '2024-02-28T10:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P1M', '2026-02-28T00:00:00.000Z'],
    ['2026-08-31T00:00:00Z', 'P6M', '2027-02-28T00:00:00.000Z'],
    ['2026-01-31T00:00:00Z', 'P1M1D', '2026-03-01T00:00:00.000Z'],
    ['2026-11-21T09:08:07.006Z', 'P180D', '2027-05-20T09:08:07.006Z'],
    ['2026-11-21T09:00:00+01:00', 'P0D', '2026-11-21T08:00:00.000Z'],
  ])('%s plus %s is %s in UTC: an absent day is the last of its month', (start, period, end) => {
    expect(add(start, period)).toBe(end);
  });

  test('keeps the local time of day across a change of the clock', () => {
    expect(add('2026-03-28T11:00:00Z', 'P1D', 'Europe/Berlin')).toBe('2026-03-29T10:00:00.000Z');
    expect(add('2021-12-31T23:30:00Z', 'P5Y', 'Europe/Brussels')).toBe('2026-12-31T23:30:00.000Z');
  });

  test('takes the month of the regime, not of UTC: 23:30Z on 31 January is 1 February in Berlin', () => {
    expect(add('2026-01-31T23:30:00Z', 'P1M', 'Europe/Berlin')).toBe('2026-02-28T23:30:00.000Z');
    expect(add('2026-01-31T23:30:00Z', 'P1M', 'UTC')).toBe('2026-02-28T23:30:00.000Z');
    expect(add('2026-02-01T03:30:00Z', 'P1M', 'America/New_York')).toBe('2026-03-01T03:30:00.000Z');
  });

  test('moves a skipped wall time later by the gap, and takes the first of a repeated one', () => {
    expect(add('2026-03-28T01:30:00Z', 'P1D', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(add('2026-10-24T00:30:00Z', 'P1D', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(add('2026-10-26T01:30:00Z', 'P0D', 'Europe/Berlin')).toBe('2026-10-26T01:30:00.000Z');
    expect(add('2011-11-30T10:00:00Z', 'P1M', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  });

  test('agrees with a search through wall times in every kind of zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        fc.constantFrom('P0D', 'P1D', 'P29D', 'P1M', 'P13M', 'P1Y', 'P7Y', 'P1Y2M3D'),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
        (start, period, zone) => {
          expect(addPeriod(start.getTime(), period, zone)).toBe(
            referenceAddPeriod(start.getTime(), period, zone),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a longer period never ends earlier', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.nat(400),
        fc.nat(60),
        (start, days, months) => {
          const end = addPeriod(start, `P${String(months)}M${String(days)}D`, 'Europe/Berlin');
          expect(
            addPeriod(start, `P${String(months)}M${String(days + 1)}D`, 'Europe/Berlin'),
          ).toBeGreaterThan(end);
          expect(
            addPeriod(start, `P${String(months + 1)}M${String(days)}D`, 'Europe/Berlin'),
          ).toBeGreaterThan(end);
        },
      ),
    );
  });
});

describe('bad input to the calendar', () => {
  test.each(['P', '5Y', 'P1W', 'PT1H', 'P-1D', 'P1D1Y', ''])('refuses the period "%s"', (period) => {
    expect(() => addPeriod(0, period, 'UTC')).toThrow('PnYnMnD');
  });

  test.each(['2026-11-21', '2026-11-21T09:00:00', '2026-13-01T00:00:00Z', 'tomorrow', ''])(
    'refuses "%s" as an instant and names the field',
    (text) => {
      expect(() => parseInstant(text, 'at')).toThrow('at is not an instant');
    },
  );

  test('refuses an unknown time zone', () => {
    expect(() => addPeriod(0, 'P1D', 'Europe/Atlantis')).toThrow('time zone');
  });
});
