import { policyChangeId } from '../../workflows/ids.ts';
import type { policyChange } from '../../workflows/policy-change/workflow.ts';
import type { ApprovalConsumer } from './approval-consumers.ts';
import { startRun } from './start-run.ts';

/** Brings approved rules into force; those that were refused, or whose time is over, stay what they are. */
export const changePolicy: ApprovalConsumer = async (client, ended) => {
  const { tenantId, approvalId, kind, subjectId, outcome } = ended;
  if (outcome !== 'approved' || (kind !== 'rule-pack' && kind !== 'tenant-policy')) return;
  await startRun<typeof policyChange>(client, 'policyChange', {
    workflowId: policyChangeId({ approvalId }),
    input: { tenantId, approvalId, kind, subjectId },
  });
};
