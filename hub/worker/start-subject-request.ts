import type { Client } from '@temporalio/client';
import type { SubjectRequestRef } from '../../activities/compliance-contract.ts';
import { subjectRequestWorkflowId } from '../../workflows/ids.ts';
import { requestChanged } from '../../workflows/subject-request/messages.ts';
import type { subjectRequest } from '../../workflows/subject-request/workflow.ts';
import { tellRun } from './start-run.ts';

/** Tells the run of a request that its row has changed, or starts it; one that finds nothing left to do ends at once. */
export function advanceSubjectRequest(client: Client, ref: SubjectRequestRef): Promise<void> {
  return tellRun<typeof subjectRequest>(client, 'subjectRequest', {
    workflowId: subjectRequestWorkflowId(ref),
    input: { tenantId: ref.tenantId, requestId: ref.requestId },
    signal: requestChanged,
  });
}
