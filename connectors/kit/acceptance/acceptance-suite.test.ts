import { describe, expect, test } from '@jest/globals';
import {
  EMBEDDED_SEARCH_BYPASSES,
  embeddedSearchBench,
} from '../../../test/support/connectors/embedded-search-bench.ts';
import { memorySearchIndex } from '../../../test/support/connectors/memory-search-index.ts';
import { acceptanceSuite } from './acceptance-suite.ts';
import type { OpenedIndex } from '../../../test/support/connectors/embedded-search-bench.ts';

/** Cases that fail over an index with one fault in it. */
async function failing(breakIt: (index: OpenedIndex) => OpenedIndex): Promise<string[]> {
  const bench = embeddedSearchBench(async () => breakIt(memorySearchIndex()));
  const failed: string[] = [];
  for (const entry of acceptanceSuite(bench, EMBEDDED_SEARCH_BYPASSES)) {
    if (entry.bypassed !== undefined) continue;
    await entry.run(bench).catch(() => failed.push(entry.id));
  }
  return failed;
}

describe('the acceptance suite', () => {
  test('a bypass needs a reason and an existing case', () => {
    const bench = embeddedSearchBench(async () => memorySearchIndex());
    expect(() => acceptanceSuite(bench, { 'twice-is-once': 'no' })).toThrow('needs a reason');
    expect(() => acceptanceSuite(bench, { nonsense: 'a reason of words' })).toThrow('names no case');
  });

  test('has no two cases of one name', () => {
    const ids = acceptanceSuite(embeddedSearchBench(async () => memorySearchIndex())).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('finds an index that lets an older revision win', async () => {
    const found = await failing(({ port, count }) => ({
      port: {
        ...port,
        upsert: (document) => port.upsert({ ...document, revision: Math.max(document.revision, 1e6) }),
      },
      count,
    }));
    expect(found).toContain('older-never-wins');
  });

  test('finds an index that overlooks a hold', async () => {
    const found = await failing(({ port, count }) => ({
      port: { ...port, remove: (withdrawal) => port.remove({ ...withdrawal, revision: 1e6 }) },
      count,
    }));
    expect(found).toEqual(expect.arrayContaining(['held-at-peer', 'hold-between-plan-and-delete']));
  });

  test('finds an index that claims to write and does not', async () => {
    const found = await failing(({ port, count }) => ({
      port: { ...port, upsert: async () => 'created' },
      count,
    }));
    expect(found).toEqual(expect.arrayContaining(['twice-is-once', 'many-records', 'fault-cut-after']));
  });
});
