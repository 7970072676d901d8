import {
  condition,
  continueAsNew,
  defineWorkflowOptions,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ConnectorActivities, DeliveryProgress } from '../../activities/connector-contract.ts';
import type { DeliveryQueueRef } from '../../activities/contract.ts';
import { DELIVER_DUE, LONGEST_DELIVERY_PAUSE_MS } from '../activity-options.ts';
import { deliveriesQueued, type DeliveryRunInput, type DeliveryRunResult } from './messages.ts';

const { deliverDue } = proxyActivities<ConnectorActivities>(DELIVER_DUE);

/**
 * Works through one queue of one connection for as long as something is due in it, and waits inside for what is due soon. What
 * is due later the sweep finds. Knows nothing of the deliveries: each step asks the rows.
 */
export async function deliveryRun(input: DeliveryRunInput): Promise<DeliveryRunResult> {
  const { tenantId, connectionId, lane } = input;
  const queue: DeliveryQueueRef = { tenantId, connectionId, lane };
  let told = false;
  setHandler(deliveriesQueued, () => {
    told = true;
  });
  let sent = 0;
  for (;;) {
    told = false;
    const done = await deliverAbreast(queue);
    sent += done.sent;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliveryRun>(queue);
    if (told || done.more) continue;
    const waitMs = done.nextAt === null ? Infinity : Math.max(1, Date.parse(done.nextAt) - Date.now());
    if (waitMs > LONGEST_DELIVERY_PAUSE_MS) return { sent };
    await condition(() => told, waitMs);
  }
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(deliveryRun, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** One batch where there is no more; else as many after one another and abreast as the connection allows. */
async function deliverAbreast(queue: DeliveryQueueRef): Promise<DeliveryProgress> {
  const first = await deliverDue({ ...queue, batches: 1 });
  if (!first.more) return first;
  const rest = await Promise.all(Array.from({ length: Math.max(1, first.width) }, () => deliverDue(queue)));
  const next = rest.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt])).sort();
  return {
    sent: rest.reduce((sum, one) => sum + one.sent, first.sent),
    more: rest.some(({ more }) => more),
    nextAt: next[0] ?? null,
    width: first.width,
  };
}
