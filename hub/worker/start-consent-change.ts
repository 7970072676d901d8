import type { Client } from '@temporalio/client';
import type { ConsentChangeRef } from '../../activities/compliance-contract.ts';
import type { consentChange } from '../../workflows/consent-change/workflow.ts';
import { consentChangeWorkflowId } from '../../workflows/ids.ts';
import { startRun } from './start-run.ts';

/** Starts the carrying out of a change of consent; one that runs or has ended is left alone. */
export function startConsentChange(client: Client, ref: ConsentChangeRef): Promise<void> {
  return startRun<typeof consentChange>(client, 'consentChange', {
    workflowId: consentChangeWorkflowId(ref),
    input: ref,
  });
}
