import { expect, test } from '@jest/globals';
import { failingFirst } from './failing-first.ts';

type Row = Parameters<typeof failingFirst>[0][number] & { readonly name: string };

const NOW = Date.parse('2026-11-28T08:00:00Z');
const row = (name: string, queue: object = {}, breaker: 'closed' | 'open' = 'closed') =>
  ({
    name,
    queue: { closedUntil: null, dead: 0, failed: 0, ...queue },
    pulse: { breaker: { state: breaker } },
  }) as Row;

test('what is not answered stands first, then what has dead letters, then what failed lately, and equals stay in their order', () => {
  const rows = [
    row('well'),
    row('failed', { failed: 1 }),
    row('dead', { dead: 3 }),
    row('asked again', { closedUntil: '2026-11-28T08:01:00Z' }),
    row('was asked again', { closedUntil: '2026-11-28T07:59:00Z' }),
    row('away', {}, 'open'),
    { name: 'unknown', queue: undefined, pulse: undefined } as Row,
  ];
  expect(failingFirst(rows, NOW).map(({ name }) => name)).toEqual([
    'asked again',
    'away',
    'dead',
    'failed',
    'well',
    'was asked again',
    'unknown',
  ]);
});
