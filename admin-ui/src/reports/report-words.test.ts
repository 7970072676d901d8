import { expect, test } from '@jest/globals';
import { periodInWords, reasonInWords, severityTone } from './report-words.ts';

const period = { from: '2026-07-01T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' };

test('a quarter is told by its name, any other time by its first and last day', () => {
  expect(periodInWords({ period: { name: '2026-Q3', ...period }, cause: 'quarterly' })).toBe(
    'Quarter 3 of 2026',
  );
  expect(periodInWords({ period: { name: 'asked-1', ...period }, cause: 'asked' })).toBe(
    '2026-07-01 to 2026-09-30',
  );
});

test('a reason of a later version is shown as it stands', () => {
  expect(reasonInWords('refused/consent')).toBe('consent forbade it');
  expect(reasonInWords('moon-phase')).toBe('moon-phase');
  expect(severityTone('unheard-of')).toBe('neutral');
});
