import { expect, test } from '@jest/globals';
import { countInWords, filterInWords, totalInWords, valueInWords } from './facet-words.ts';

test('a count that is the least says so, and never more than it knows', () => {
  expect(countInWords(1234, true)).toBe('1,234');
  expect(countInWords(37, false)).toBe('37+');
  expect(countInWords(8000, false)).toBe('1,000+');
});

test('how many were found is said as exactly as it is known', () => {
  expect(totalInWords({ total: 1, complete: true })).toBe('1 found');
  expect(totalInWords({ total: 4321, complete: true })).toBe('4,321 found');
  expect(totalInWords({ total: 10_000, complete: false })).toBe('More than 10,000 found');
});

test('filters read as sentences; names that a tenant gave stay as they are', () => {
  expect(filterInWords({ state: 'retained' }, 'state')).toBe('State: Retained');
  expect(filterInWords({ held: 'false' }, 'held')).toBe('Legal hold: Not held');
  expect(filterInWords({ from: '2026-11-26' }, 'from')).toBe('From 26 Nov 2026');
  expect(filterInWords({ minSeconds: '90' }, 'minSeconds')).toBe('At least 1 minute 30 seconds');
  expect(valueInWords('department', 'sales_EMEA')).toBe('sales_EMEA');
});
