import { describe, expect, test } from '@jest/globals';
import type { HomeItem } from '../../../hub/api/schemas/home.ts';
import { itemsOf, placeOf, SECTIONS } from './home-sections.ts';
import { boundedCount, nameOf, SOURCE_WORDS } from './home-words.ts';

const item = (change: Partial<HomeItem>): HomeItem => ({
  id: null,
  name: null,
  detail: null,
  fix: null,
  dueAt: null,
  since: null,
  count: null,
  ...change,
});

describe('the home screen', () => {
  test('shows every source in one section', () => {
    const shown = SECTIONS.flatMap(({ sources }) => [...sources]);
    expect(shown.sort()).toEqual(Object.keys(SOURCE_WORDS).sort());
  });

  test('puts what has run out at the top, then what is so now, then what runs out first', () => {
    const parts = [
      {
        source: 'grant' as const,
        items: [
          item({ name: 'later', dueAt: '2026-11-23T00:00:00Z' }),
          item({ name: 'over', dueAt: '2026-11-20T00:00:00Z' }),
        ],
        more: false,
      },
      {
        source: 'incident' as const,
        items: [
          item({ name: 'young', since: '2026-11-02T00:00:00Z' }),
          item({ name: 'old', since: '2026-11-01T00:00:00Z' }),
          item({ name: 'soon', dueAt: '2026-11-22T00:00:00Z' }),
        ],
        more: true,
      },
    ];
    const home = { parts, checkedAt: '2026-11-21T00:00:00Z' };
    const { items, more } = itemsOf(home, ['grant', 'incident']);
    expect(items.map((one) => one.item.name)).toEqual(['over', 'old', 'young', 'soon', 'later']);
    expect(more).toBe(true);
    expect(itemsOf(home, ['webhook'])).toEqual({ items: [], more: false });
  });

  test('leads to the thing itself where it has a page', () => {
    expect(placeOf({ source: 'matter-review', item: item({ id: 'a b' }) })).toBe('/matters/a%20b');
    expect(placeOf({ source: 'missing-call', item: item({}) })).toBe('/reports');
    expect(placeOf({ source: 'dead-letter', item: item({ id: 'x' }) })).toBe('/deliveries');
  });

  test('counts up to fifty', () => {
    expect([boundedCount(7), boundedCount(50), boundedCount(51)]).toEqual(['7', '50', '50+']);
    expect(nameOf('dead-letter', item({ name: 'CRM', count: 51 }))).toBe('CRM · 50+');
    expect(nameOf('disposal', item({ count: 1 }))).toBe('1 recording is due');
  });
});
