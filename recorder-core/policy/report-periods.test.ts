import { describe, expect, test } from '@jest/globals';
import { dueQuarters, planSample, quarterBefore } from './report-periods.ts';

const at = (text: string): number => Date.parse(text);

describe('quarters', () => {
  test('are those of the calendar, in UTC, over the turn of a year', () => {
    expect(quarterBefore(at('2027-01-01T00:00:00Z'))).toEqual({
      name: '2026-Q4',
      from: '2026-10-01T00:00:00.000Z',
      to: '2027-01-01T00:00:00.000Z',
    });
    expect(quarterBefore(at('2026-12-31T23:59:59Z')).name).toBe('2026-Q3');
  });

  test('fall due once each, three days after their end, and none is lost when nobody looked for a while', () => {
    const since = at('2026-05-10T00:00:00Z');
    const made: string[] = [];
    for (let day = at('2026-06-01T00:00:00Z'); day < at('2027-06-01T00:00:00Z'); day += 86_400_000)
      made.push(...dueQuarters(day, since, made).map(({ name }) => name));
    expect(made).toEqual(['2026-Q2', '2026-Q3', '2026-Q4', '2027-Q1']);
    expect(dueQuarters(at('2026-07-03T23:00:00Z'), since, [])).toEqual([]);
    expect(dueQuarters(at('2027-05-01T00:00:00Z'), since, ['2026-Q4']).map(({ name }) => name)).toEqual([
      '2026-Q2',
      '2026-Q3',
      '2027-Q1',
    ]);
  });
});

test('a sample is large enough for what it promises, and never larger than all there is', () => {
  expect(planSample(1_000_000)).toMatchObject({ size: 459, confidence: 0.99, rate: 0.01 });
  expect(planSample(20).size).toBe(20);
  for (const rate of [0.01, 0.05, 0.2])
    expect(1 - (1 - rate) ** planSample(10_000_000, 0.95, rate).size).toBeGreaterThanOrEqual(0.95);
});
