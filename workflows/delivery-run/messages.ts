import { defineSignal } from '@temporalio/workflow';
import type { DeliveryQueueRef } from '../../activities/contract.ts';

/** Starts a run on one queue. Only optional fields may be added, because runs of older shapes may be open. */
export type DeliveryRunInput = DeliveryQueueRef;

/** What a run has done; of the last one where it went on anew. */
export interface DeliveryRunResult {
  readonly sent: number;
}

/** Something was queued. */
export const deliveriesQueued = defineSignal('deliveriesQueued');
