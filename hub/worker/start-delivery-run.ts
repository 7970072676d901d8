import type { Client } from '@temporalio/client';
import type { DeliveryQueueRef } from '../../activities/contract.ts';
import { deliveriesQueued } from '../../workflows/delivery-run/messages.ts';
import type { deliveryRun } from '../../workflows/delivery-run/workflow.ts';
import { deliveryRunId } from '../../workflows/ids.ts';
import { tellRun } from './start-run.ts';

/** Tells the run on a queue that something was queued, or starts one. */
export function tellDeliveryRun(client: Client, queue: DeliveryQueueRef): Promise<void> {
  return tellRun<typeof deliveryRun>(client, 'deliveryRun', {
    workflowId: deliveryRunId(queue),
    input: queue,
    signal: deliveriesQueued,
  });
}
