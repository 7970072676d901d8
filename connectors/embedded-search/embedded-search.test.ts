import { describe, test } from '@jest/globals';
import { acceptanceSuite } from '../kit/acceptance/acceptance-suite.ts';
import {
  EMBEDDED_SEARCH_BYPASSES,
  embeddedSearchBench,
} from '../../test/support/connectors/embedded-search-bench.ts';
import { memorySearchIndex } from '../../test/support/connectors/memory-search-index.ts';

const bench = embeddedSearchBench(() => Promise.resolve(memorySearchIndex()));

describe('embedded search, over the port in memory', () => {
  for (const entry of acceptanceSuite(bench, EMBEDDED_SEARCH_BYPASSES)) {
    const add = entry.bypassed === undefined ? test : test.skip;
    add(entry.title, () => entry.run(bench));
  }
});
