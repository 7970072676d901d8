import type { Client } from '@temporalio/client';
import type { WebhookEndpointRef } from '../../activities/connector-contract.ts';
import { webhookSendingId } from '../../workflows/ids.ts';
import type { webhookSending } from '../../workflows/webhook-sending/workflow.ts';
import { startRun } from './start-run.ts';

/** Has the due messages of an endpoint sent; a run that is at it is met, one that has ended is followed by another. */
export function startWebhookSending(client: Client, ref: WebhookEndpointRef): Promise<void> {
  return startRun<typeof webhookSending>(client, 'webhookSending', {
    workflowId: webhookSendingId(ref),
    input: ref,
    again: true,
  });
}
