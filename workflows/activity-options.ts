import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
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

/**
 * The same small transactions inside the workflow task, for the steps that every recording takes: the server neither
 * schedules nor matches them. Retries that last longer than a minute become timers, so a database may be away for days.
 */
export const DATABASE_IN_TASK: LocalActivityOptions = {
  startToCloseTimeout: '20 seconds',
  localRetryThreshold: '10 seconds',
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Claims a page, and gives up never: nobody would ask again. */
export const CLAIM_WITHOUT_END: ActivityOptions = { ...DATABASE, startToCloseTimeout: '1 minute' };

/** Claims a page. Gives up after five minutes, because the next run of the Schedule asks again and a failed sweep is seen. */
export const CLAIM: ActivityOptions = { ...CLAIM_WITHOUT_END, scheduleToCloseTimeout: '5 minutes' };

/** Waits for the answers of other processes, which come within seconds, or for the end of a dead one's lease. */
export const EVICT_KEYS: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Wraps keys anew through a key service that may be remote; waits for it, and for the database, as long as they are away. */
export const KEYS: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/** Pauses before it is asked again whether old root keys are still in use: recorders tell within half a minute. */
export const OLD_ROOT_PAUSES_MS = [30_000, 60_000, 10 * 60_000, 60 * 60_000] as const;

/**
 * Deletes the objects of one recording, or tries to read each of them back; there may be thousands, and the keys are gone
 * already, so this may take as long as the store is away.
 */
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

/**
 * Reads a line of hours twice and stores it once, for what the rules want gone: waits for store and keys as long as they are
 * away. A damaged part is refused for good.
 */
export const DERIVE_CUT: ActivityOptions = {
  taskQueue: QUEUES.media,
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/**
 * Decrypts, renders and encrypts hours of audio of many recordings. Waits half a day for store or keys, then the export has
 * failed and can be asked for again; a damaged part is refused at once.
 */
export const MAKE_EXPORT: ActivityOptions = {
  taskQueue: QUEUES.media,
  startToCloseTimeout: '6 hours',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/** Seconds of work against the store; a store that is away is asked until the Schedule's next run asks anyway. */
export const PROBE_STORE: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '20 hours',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '10 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/**
 * Reads and decrypts for hours, from a cursor in the database. A store or key service that is away is waited for half a day;
 * then the section is told as one that could not be checked.
 */
export const AUDIT_SECTION: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '6 hours',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/** Puts a report together, encrypts and stores it: seconds; waits for store and keys for a day. */
export const SEAL_REPORT: ActivityOptions = {
  ...AUDIT_SECTION,
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '1 day',
};

/** A transaction a tenant; gives up before the next night's comes. */
export const COMPLIANCE_ROUND: ActivityOptions = {
  ...AUDIT_SECTION,
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: '20 hours',
};

/** Longer than canaries are locked, with room for two clocks to differ. */
export const CANARY_LOCK_PAUSE = '15 minutes';

/** The same small work for a lock in the store; a store that refuses is asked for three days and then seen in the result. */
export const LOCK_OBJECTS: ActivityOptions = {
  taskQueue: QUEUES.lifecycle,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '3 days',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/** The same for a page of recordings; what the store refuses of it is asked for one by one, as above. */
export const LOCK_MANY_OBJECTS: ActivityOptions = { ...LOCK_OBJECTS, startToCloseTimeout: '1 hour' };

/**
 * Posts for twenty seconds, and then to the end of what is under way: each message may take as long. What the other side does is
 * no failure of the activity, so that it is tried again only where database, keys or worker are away.
 */
export const SEND_WEBHOOKS: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/**
 * Reads pages of another system. What the other side does is noted and no failure of the activity; where our own database or
 * worker is away it is tried again, and after an hour the next round begins anew.
 */
export const READ_STREAM: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '30 minutes',
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** A peer may be away over a long weekend; after three days the delivery is given up and named in the result. */
export const DELIVER: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '3 days',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/**
 * Works through a queue in slices of seconds, in which one batch may take minutes. Has no end: what cannot be sent is settled,
 * so what fails here is our own database or worker, and is waited for.
 */
export const DELIVER_DUE: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Reads everything that both sides hold, at the pace of a back-fill. A peer that stays away for a day has failed it. */
export const COMPARE: ActivityOptions = {
  taskQueue: QUEUES.connectors,
  startToCloseTimeout: '12 hours',
  scheduleToCloseTimeout: '24 hours',
  heartbeatTimeout: NOTICE_A_KILLED_WORKER,
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/** How long a run waits for what is due next; what is due later the sweep finds, which looks every minute. */
export const LONGEST_DELIVERY_PAUSE_MS = 10 * 60_000;

/** A deletion owed to people is asked for much longer, once an hour in the end; the certificate states what came of it. */
export const WITHDRAW: ActivityOptions = {
  ...DELIVER,
  scheduleToCloseTimeout: '30 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 hour' },
};

/**
 * When the keys go although connections have not answered: long enough for a weekend, short enough that nobody keeps a
 * recording alive by not answering.
 */
export const KEYS_AT_LATEST_MS = 3 * 24 * 60 * 60_000;

/** Before a ticket system that could not be told for days, or at all, is tried again. */
export const TICKET_PAUSE = '15 minutes';

/** How long the retention date waits for the first deliveries: long enough for healthy peers, short for a sick one. */
export const DELIVERY_GRACE_MS = 2 * 60_000;

/** Pauses before a withdrawal whose outcome is not known is asked again, after its reconciliation found nothing. */
export const WITHDRAWAL_PAUSES_MS = [60_000, 10 * 60_000, 60 * 60_000, 6 * 60 * 60_000] as const;
