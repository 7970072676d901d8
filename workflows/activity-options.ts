import type { ActivityOptions } from '@temporalio/workflow';
import { QUEUES, spoolQueue } from './queues.ts';

/**
 * Every timeout and retry of the workflows, with its reason.
 *
 * Workers heartbeat for every running activity, so a heartbeat timeout notices
 * a killed worker within seconds while `startToCloseTimeout` bounds the work.
 * Activities refuse for good by throwing an error that is not retryable; an
 * unbounded policy below therefore waits for the world, never for a bug.
 */

const NOTICE_A_KILLED_WORKER = '12 seconds';

/** Small transactions: a killed worker is noticed by the short limit itself. Waits for a database as long as it is away. */
export const DATABASE: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Claims a page. Gives up after five minutes, because the next run of the Schedule asks again and a failed sweep is seen. */
export const CLAIM: ActivityOptions = {
  ...DATABASE,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '5 minutes',
};

/** Deletes many objects of one recording; the keys are gone already, so this may take as long as the store is away. */
export const DESTROY_OBJECTS: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/** Moves the parts of hours of audio; waits without limit, because only this node holds the bytes until then. */
export function spool(node: string): ActivityOptions {
  return {
    taskQueue: spoolQueue(node),
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: NOTICE_A_KILLED_WORKER,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  };
}

/** Derived parts can be made again later: after ten minutes the lifecycle goes on without them. */
export const ENRICH: ActivityOptions = {
  taskQueue: QUEUES.media,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** A peer may be away over a long weekend; after three days the delivery is given up and named in the result. */
export const DELIVER: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '3 days',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/** A deletion owed to people is asked for much longer, once an hour in the end; the certificate states what came of it. */
export const WITHDRAW: ActivityOptions = {
  ...DELIVER,
  scheduleToCloseTimeout: '30 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 hour' },
};

/** How long the retention date waits for the first deliveries: long enough for healthy peers, short for a sick one. */
export const DELIVERY_GRACE_MS = 2 * 60_000;

/** Pauses before a withdrawal whose outcome is not known is asked again, after its reconciliation found nothing. */
export const WITHDRAWAL_PAUSES_MS = [60_000, 10 * 60_000, 60 * 60_000, 6 * 60 * 60_000] as const;
