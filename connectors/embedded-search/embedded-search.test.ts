import { describe } from '@jest/globals';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import {
  EMBEDDED_SEARCH_BYPASSES,
  embeddedSearchBench,
} from '../../test/support/connectors/embedded-search-bench.ts';
import { memorySearchIndex } from '../../test/support/connectors/memory-search-index.ts';

describe('embedded search, over the port in memory', () => {
  acceptConnector(
    embeddedSearchBench(() => Promise.resolve(memorySearchIndex())),
    EMBEDDED_SEARCH_BYPASSES,
  );
});
