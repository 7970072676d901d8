import { defineWorkflowOptions, proxyActivities } from '@temporalio/workflow';
import type { LifecycleActivities } from '../../activities/contract.ts';
import { CLAIM } from '../activity-options.ts';
import { deliveryRun } from '../delivery-run/workflow.ts';
import { deliveryRunId } from '../ids.ts';
import { startApart } from '../start-apart.ts';

const { findDueQueues } = proxyActivities<LifecycleActivities>(CLAIM);

/** Starts a run on every queue in which something is due and nobody is at work; what was lost on the way is found here. */
export async function deliverySweep(): Promise<{ readonly started: number }> {
  const { queues } = await findDueQueues({});
  const started = await Promise.all(
    queues.map((queue) =>
      startApart(deliveryRun, { workflowId: deliveryRunId(queue), input: queue, again: true }),
    ),
  );
  return { started: started.filter(Boolean).length };
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(deliverySweep, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});
