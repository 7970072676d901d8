import { WorkflowExecutionAlreadyStartedError, type SearchAttributePair } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { TENANT_ID } from './search-attributes.ts';

/** A run about one thing of a tenant, started by another run. */
export interface RunApart<I> {
  /** The natural key: a second start meets the first run. */
  readonly workflowId: string;
  readonly input: I;
  /** What it is found by; its tenant, where left out. */
  readonly attributes?: SearchAttributePair[];
  /** Whether one that has ended well is started anew; left alone by default. */
  readonly again?: boolean;
}

/** Starts a run that goes on when the one that starts it has ended. Answers false where it is at work, or was and need not be again. */
export async function startApart<I extends { readonly tenantId: string }>(
  workflow: (input: I) => Promise<unknown>,
  { workflowId, input, attributes, again = false }: RunApart<I>,
): Promise<boolean> {
  try {
    await startChild(workflow, {
      workflowId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: attributes ?? [{ key: TENANT_ID, value: input.tenantId }],
      priority: { fairnessKey: input.tenantId },
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
