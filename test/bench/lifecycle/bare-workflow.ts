import { proxyActivities } from '@temporalio/workflow';

interface BareActivities {
  bare(): Promise<void>;
}

const { bare } = proxyActivities<BareActivities>({ startToCloseTimeout: '20 seconds' });

/** The least a workflow can be and still do something: one activity. */
export async function bareWorkflow(): Promise<void> {
  await bare();
}
