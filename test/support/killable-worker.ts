/**
 * A worker process for tests that kill it: it serves every queue, and its
 * `enrichRecording` says so on standard output and then never ends.
 * Usage: node killable-worker.ts <address> <namespace>
 */
import { readDesiredState } from '../../hub/temporal/desired-state.ts';
import { runWorkers } from '../../hub/worker/run-workers.ts';
import { installTemporalRuntime } from '../../hub/worker/runtime.ts';
import { ScriptedActivities } from './scripted-activities.ts';
import { TEMPORAL_YAML } from './temporal-server.ts';
import { NODE, SILENT, TEST_KEYS } from './workflow-test.ts';

const [address = '', namespace = ''] = process.argv.slice(2);
const activities = new ScriptedActivities({
  enrichRecording: () => {
    process.stdout.write('enriching\n');
    return new Promise(() => undefined);
  },
}).byKind;
installTemporalRuntime({ logger: SILENT });
await runWorkers({
  address,
  namespace,
  desired: await readDesiredState(TEMPORAL_YAML),
  keys: TEST_KEYS,
  kinds: Object.keys(activities),
  node: NODE,
  activities,
  logger: SILENT,
  makeCurrent: true,
});
