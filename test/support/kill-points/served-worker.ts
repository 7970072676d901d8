/**
 * A worker process for tests that kill it: it serves every queue, and asks its parent what each activity answers, so that what an
 * activity does outlives it. Usage: fork(this, [address, namespace])
 */
import { Context } from '@temporalio/activity';
import { readDesiredState } from '../../../hub/temporal/desired-state.ts';
import { runWorkers } from '../../../hub/worker/run-workers.ts';
import { installTemporalRuntime } from '../../../hub/worker/runtime.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { ScriptedActivities } from '../scripted-activities.ts';
import { TEMPORAL_YAML } from '../temporal-server.ts';
import { NODE, SILENT, TEST_KEYS } from '../workflow-test.ts';
import type { ActivityAnswer, ActivityCall } from './activity-call.ts';

const [address = '', namespace = ''] = process.argv.slice(2);
const waiting = new Map<number, (answer: ActivityAnswer) => void>();
let asked = 0;

process.on('message', (answer: ActivityAnswer) => {
  waiting.get(answer.id)?.(answer);
  waiting.delete(answer.id);
});
process.on('disconnect', () => process.exit(0)); // the test is over

async function ask(name: string, input: unknown): Promise<unknown> {
  const { workflowType = '', workflowExecution } = Context.current().info;
  asked += 1;
  const call: ActivityCall = {
    id: asked,
    name,
    input,
    workflow: workflowType,
    workflowId: workflowExecution?.workflowId ?? '',
  };
  const answer = await new Promise<ActivityAnswer>((resolve) => {
    waiting.set(call.id, resolve);
    process.send?.(call);
  });
  if (answer.failed !== undefined) throw new HoldfastError(answer.failed.code, answer.failed.message);
  return answer.value;
}

const activities = Object.fromEntries(
  Object.entries(new ScriptedActivities().byKind).map(([kind, ofKind]) => [
    kind,
    Object.fromEntries(Object.keys(ofKind).map((name) => [name, (input: unknown) => ask(name, input)])),
  ]),
);

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
