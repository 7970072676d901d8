import type { Test } from '@jest/test-result';
import TestSequencer from '@jest/test-sequencer';

/**
 * The files that take longest, first. Jest knows durations only where it ran before; from nothing it would go by size, and a
 * long file that begins last keeps one core waiting for the other. Not quite in order: a file that mostly waits, for timers or
 * for servers that start, stands among files that calculate, because three that wait at once leave both cores idle.
 */
const LONGEST = [
  'test/acceptance/console.test.ts',
  'test/acceptance/start.test.ts',
  'test/integration/step-up-console.integration.test.ts',
  'recorder-core/vault/s3/s3-object-store.integration.test.ts',
  'test/acceptance/killed-recorder.test.ts',
  'connectors/elasticsearch/elasticsearch.integration.test.ts', // waits
  'test/matrix/matrix.test.ts',
  'recorder-core/evidence/sound-mark.test.ts',
  'workflows/incident/workflow.integration.test.ts', // waits
  'test/integration/console-frame.integration.test.ts',
  'hub/api/api-fuzz.integration.test.ts',
  'hub/worker/run-workers.integration.test.ts', // waits
  'test/integration/restore-drill.integration.test.ts',
  'activities/keys/key-life.integration.test.ts',
  'connectors/snowflake/snowflake.integration.test.ts', // waits
  'recorder-core/records/migrate.integration.test.ts',
  'test/integration/many-parts.integration.test.ts',
  'hub/main/recorder-role.integration.test.ts', // waits
  'hub/api/routes/delivery/delivery.integration.test.ts',
  'test/integration/recordings-list.integration.test.ts',
  'workflows/subject-request/workflow.integration.test.ts', // waits
  'recorder-core/vault/s3/probe.integration.test.ts',
  'activities/cuts/cut.integration.test.ts',
  'activities/lifecycle/hold-race.integration.test.ts',
  'workflows/disposal/workflow.integration.test.ts', // waits
  'recorder-core/capture/storage-sizing.integration.test.ts',
  'hub/worker/kept-bundle.test.ts',
  'hub/temporal/server.integration.test.ts', // waits
  'recorder-core/media/plan-clocks.test.ts',
  'workflows/replay.test.ts',
  'recorder-core/vault/providers/pkcs11/pkcs11-provider.test.ts',
  'test/acceptance/byte-exact-capture.test.ts',
  'recorder-core/ledger/timestamp.test.ts',
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
