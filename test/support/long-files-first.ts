import type { Test } from '@jest/test-result';
import TestSequencer from '@jest/test-sequencer';

/**
 * The files that take longest, the longest first, as a run names them at its end. Jest knows durations only where it ran
 * before; from nothing it would go by size, and a long file that begins last keeps one core waiting for the other.
 */
const LONGEST = [
  'test/acceptance/start.test.ts',
  'test/acceptance/console.test.ts',
  'test/integration/step-up-console.integration.test.ts',
  'recorder-core/vault/s3/s3-object-store.integration.test.ts',
  'test/acceptance/killed-recorder.test.ts',
  'connectors/elasticsearch/elasticsearch.integration.test.ts',
  'workflows/incident/workflow.integration.test.ts',
  'hub/worker/run-workers.integration.test.ts',
  'recorder-core/capture/storage-sizing.integration.test.ts',
  'test/integration/console-frame.integration.test.ts',
  'test/acceptance/byte-exact-capture.test.ts',
  'test/integration/restore-drill.integration.test.ts',
  'connectors/snowflake/snowflake.integration.test.ts',
  'test/integration/many-parts.integration.test.ts',
  'hub/api/routes/delivery/delivery.integration.test.ts',
  'hub/main/recorder-role.integration.test.ts',
  'hub/worker/kept-bundle.test.ts',
  'recorder-core/evidence/sound-mark.test.ts',
  'recorder-core/media/plan-clocks.test.ts',
  'recorder-core/ledger/timestamp.test.ts',
  'activities/cuts/cut.integration.test.ts',
];

// Its types describe the module that is required; imported, the class is the default itself.
const Sequencer = TestSequencer as unknown as typeof TestSequencer.default;

/** Jest's order, with the longest files before all others. */
export default class LongFilesFirst extends Sequencer {
  override async sort(tests: Test[]): Promise<Test[]> {
    const rank = ({ path }: Test): number => {
      const at = LONGEST.findIndex((long) => path.endsWith(`/${long}`));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(tests)).sort((one, other) => rank(one) - rank(other));
  }
}
