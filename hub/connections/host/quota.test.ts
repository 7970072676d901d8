import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quotaOf } from './quota.ts';

const NOW = 1_790_000_000_000;
const left = { header: 'x-left', holds: 'remaining' } as const;
const QUARTER_HOUR = 900_000;

describe('what an answer tells of an allowance', () => {
  test('is a number that is left, or what is used of how much', () => {
    expect(quotaOf(left, { 'x-left': ' 17 ' }, NOW)).toEqual({
      quota: { limit: null, remaining: 17 },
      pauseMs: 0,
    });
    expect(quotaOf({ header: 'info', holds: 'usage' }, { info: 'api-usage=18/5000' }, NOW)).toEqual({
      quota: { limit: 5000, remaining: 4982 },
      pauseMs: 0,
    });
    expect(quotaOf({ header: 'info', holds: 'usage' }, { info: 'api-usage=5001/5000' }, NOW)).toMatchObject({
      quota: { remaining: 0 },
    });
  });

  test.each([
    ['in seconds from now', { header: 'x-reset', as: 'seconds' }, '90', 90_000],
    [
      'as seconds since the epoch',
      { header: 'x-reset', as: 'epoch-seconds' },
      String(NOW / 1000 + 60),
      60_000,
    ],
    ['as an instant that is over', { header: 'x-reset', as: 'epoch-seconds' }, '1', 0],
    ['too far away to be believed', { header: 'x-reset', as: 'seconds' }, '99999999', 24 * 3_600_000],
    ['as what is no number', { header: 'x-reset', as: 'seconds' }, 'soon', QUARTER_HOUR],
  ] as const)(
    'closes the connection with nothing left, until a reset that is told %s',
    (_how, reset, told, pauseMs) => {
      expect(quotaOf({ ...left, reset }, { 'x-left': '0', 'x-reset': told }, NOW)?.pauseMs).toBe(pauseMs);
      expect(quotaOf({ ...left, reset }, { 'x-left': '1', 'x-reset': told }, NOW)?.pauseMs).toBe(0);
    },
  );

  test('leaves to others what is to be kept for them, and waits a quarter of an hour where no reset is told', () => {
    const kept = { ...left, keep: 5 };
    expect(quotaOf(kept, { 'x-left': '6' }, NOW)?.pauseMs).toBe(0);
    expect(quotaOf(kept, { 'x-left': '5' }, NOW)?.pauseMs).toBe(QUARTER_HOUR);
  });

  test('is nothing where no header is declared, there is none, or it holds something else', () => {
    expect(quotaOf(undefined, { 'x-left': '1' }, NOW)).toBeUndefined();
    expect(quotaOf(left, {}, NOW)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = quotaOf(left, { 'x-left': text }, NOW);
        expect(found === undefined).toBe(!/^\s*\d{1,15}\s*$/.test(text));
      }),
    );
  });
});
