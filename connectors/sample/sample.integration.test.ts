import { describe } from '@jest/globals';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import { sampleBench } from './testing/sample-bench.ts';

describe('the Sample connector, over a service of its kind', () => {
  acceptConnector(sampleBench());
});
