import { describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  clockLength,
  exactLocalTime,
  localClock,
  localDate,
  localTime,
  spokenLength,
  utcTime,
} from './time.ts';

const instant = '2026-11-21T23:03:22.120Z';

describe('time', () => {
  test('An instant is shown in the zone of the reader, with the month by name.', () => {
    expect(localTime(instant, 'UTC')).toBe('21 Nov 2026, 23:03');
    expect(localTime(instant, 'Asia/Tokyo')).toBe('22 Nov 2026, 08:03');
    expect(exactLocalTime(instant, 'UTC')).toBe('21 Nov 2026, 23:03:22');
    expect(localDate(instant, 'America/New_York')).toBe('21 Nov 2026');
    expect(localClock(instant, 'UTC')).toBe('23:03');
  });

  test('A long list is written with what was made for its first row.', () => {
    localTime(instant, 'Europe/Lisbon');
    const make = jest.spyOn(Intl, 'DateTimeFormat');
    try {
      for (let row = 0; row < 100; row += 1) localTime(instant, 'Europe/Lisbon');
      expect(make).not.toHaveBeenCalled();
      expect(localTime(instant, 'Europe/Vilnius')).toBe('22 Nov 2026, 01:03');
    } finally {
      make.mockRestore();
    }
  });

  test('The tooltip keeps the milliseconds and says that it is UTC.', () => {
    expect(utcTime(instant)).toBe('2026-11-21 23:03:22.120 UTC');
  });

  test('Text that is no instant is shown as it is.', () => {
    expect(localTime('never', 'UTC')).toBe('never');
    expect(utcTime('never')).toBe('never');
  });

  test.each([
    [0, '0:00'],
    [7_999, '0:07'],
    [65_000, '1:05'],
    [3_600_000, '1:00:00'],
    [36_123_000, '10:02:03'],
    [-5, '0:00'],
  ])('A length of %i ms reads %s.', (milliseconds, text) => {
    expect(clockLength(milliseconds)).toBe(text);
  });

  test('A longer recording never reads as a shorter one.', () => {
    const seconds = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    fc.assert(
      fc.property(fc.nat(100_000_000), (milliseconds) => {
        expect(seconds(clockLength(milliseconds))).toBe(Math.floor(milliseconds / 1_000));
      }),
      { numRuns: 200 },
    );
  });

  test('Screen readers get units and plurals.', () => {
    expect(spokenLength(0)).toBe('0 seconds');
    expect(spokenLength(61_000)).toBe('1 minute 1 second');
    expect(spokenLength(7_322_000)).toBe('2 hours 2 minutes 2 seconds');
  });
});
