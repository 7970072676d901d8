import { describe, expect, test } from '@jest/globals';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { parseHoldsSearch, shownHolds } from './holds-search.ts';

const hold = (id: string, placedAt: string, releasedAt: string | null): Hold => ({
  id,
  matterId: 'm',
  matter: 'M',
  kind: 'legal',
  reason: 'R',
  placedBy: 'A',
  placedAt,
  releasedBy: releasedAt === null ? null : 'B',
  releasedAt,
  endedAt: null,
  recordingIds: [],
  withheld: 0,
  query: null,
});
const old = hold('old', '2026-01-01T00:00:00.000Z', null);
const recent = hold('recent', '2026-02-01T00:00:00.000Z', null);
const done = hold('done', '2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z');

describe('holds search', () => {
  test('Active, released and all holds are told apart, newest first.', () => {
    const ids = (shown: 'active' | 'released' | 'all') =>
      shownHolds([old, done, recent], shown).map((each) => each.id);
    expect(ids('active')).toEqual(['recent', 'old']);
    expect(ids('released')).toEqual(['done']);
    expect(ids('all')).toEqual(['done', 'recent', 'old']);
  });

  test('An unknown choice in the URL means active holds.', () => {
    expect(parseHoldsSearch({ show: 'released' })).toEqual({ show: 'released' });
    expect(parseHoldsSearch({ show: 'everything' })).toEqual({});
    expect(parseHoldsSearch({ show: 'active' })).toEqual({});
  });
});
