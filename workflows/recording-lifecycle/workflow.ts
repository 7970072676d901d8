import {
  condition,
  defineWorkflowOptions,
  isCancellation,
  log,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { ConnectorActivities, DeliveryRef } from '../../activities/connector-contract.ts';
import type {
  LifecycleActivities,
  MediaActivities,
  RecordingRef,
  SpoolActivities,
} from '../../activities/contract.ts';
import {
  DATABASE,
  DATABASE_IN_TASK,
  DELIVER,
  DELIVERY_GRACE_MS,
  ENRICH,
  spool,
} from '../activity-options.ts';
import { statusQuery, type LifecycleStatus, type RecordingLifecycleInput } from './messages.ts';
import { LifecycleState } from './state.ts';

type DatabaseSteps = Pick<LifecycleActivities, 'listDeliveries' | 'queueRecording' | 'retainRecording'>;
const scheduled = proxyActivities<DatabaseSteps>(DATABASE);
const inTask = proxyLocalActivities<DatabaseSteps>(DATABASE_IN_TASK);
const { enrichRecording } = proxyActivities<MediaActivities>(ENRICH);
const { deliverRecording } = proxyActivities<ConnectorActivities>(DELIVER);

/**
 * Takes a sealed recording from the spool to `retained`. Storing and the
 * decision on retention must succeed; derived parts may fail and are then named
 * in the result. Connected systems are told by the queues, which it fills and
 * does not wait for. Idempotent by its id and its activities.
 */
export async function recordingLifecycle(input: RecordingLifecycleInput): Promise<LifecycleStatus> {
  const { tenantId, recordingId } = input;
  const ref: RecordingRef = { tenantId, recordingId };
  const state = new LifecycleState();
  setHandler(statusQuery, () => state.status);

  await proxyActivities<SpoolActivities>(spool(input.spoolNode)).storeParts(ref);
  state.enter('enriching');
  await enrich(ref, state);
  state.enter('delivering');
  if (input.queues === true || patched('queued-deliveries')) {
    await queue(ref, state);
    state.enter('retaining');
    state.retained((await inTask.retainRecording(ref)).retainUntil);
    state.enter('completed');
    return state.status;
  }
  return deliverItself(input, ref, state);
}

/** Of runs that came this far before there were queues: they deliver themselves, and wait a while for it. */
async function deliverItself(
  input: RecordingLifecycleInput,
  ref: RecordingRef,
  state: LifecycleState,
): Promise<LifecycleStatus> {
  // Small transactions that every recording takes: inside the workflow task they cost the server next to nothing.
  const { listDeliveries, retainRecording } = patched('database-in-task') ? inTask : scheduled;
  const connectionIds = await owedConnections(ref, listDeliveries);
  state.owes(connectionIds);
  const delivering = Promise.all(
    connectionIds.map((connectionId) => deliver({ ...ref, connectionId }, state)),
  );
  await condition(() => state.allSettled, input.deliveryGraceMs ?? DELIVERY_GRACE_MS);

  state.enter('retaining');
  const { retainUntil } = await retainRecording(ref);
  state.retained(retainUntil);

  if (!state.allSettled) state.enter('redelivering');
  await delivering;
  state.enter('completed');
  return state.status;
}

// Truth lives in the database and code moves with care, so an open run follows the current
// version of the workers; changes of its steps go through patched() and the stored histories.
defineWorkflowOptions(recordingLifecycle, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

async function enrich(ref: RecordingRef, state: LifecycleState): Promise<void> {
  try {
    await enrichRecording(ref);
    state.derivedPartsMade();
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('derived parts could not be made; the recording goes on without them', { ...ref });
  }
}

async function queue(ref: RecordingRef, state: LifecycleState): Promise<void> {
  try {
    state.queued((await inTask.queueRecording(ref)).connectionIds);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('deliveries could not be queued; the word of the retention date queues them', { ...ref });
  }
}

async function owedConnections(
  ref: RecordingRef,
  listDeliveries: DatabaseSteps['listDeliveries'],
): Promise<readonly string[]> {
  try {
    return (await listDeliveries(ref)).connectionIds;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.error('connections could not be listed; the recording is retained undelivered', { ...ref });
    return [];
  }
}

async function deliver(delivery: DeliveryRef, state: LifecycleState): Promise<void> {
  try {
    const { outcome } = await deliverRecording(delivery);
    state.delivered(delivery.connectionId, outcome);
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.delivered(delivery.connectionId, 'failed');
    log.warn('a delivery was given up', { ...delivery });
  }
}
