import {
  condition,
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type {
  ConnectorActivities,
  DeliveryRef,
  LifecycleActivities,
  MediaActivities,
  RecordingRef,
  SpoolActivities,
} from '../../activities/contract.ts';
import { DATABASE, DELIVER, DELIVERY_GRACE_MS, ENRICH, spool } from '../activity-options.ts';
import { statusQuery, type LifecycleStatus, type RecordingLifecycleInput } from './messages.ts';
import { LifecycleState } from './state.ts';

const { listDeliveries, retainRecording } = proxyActivities<LifecycleActivities>(DATABASE);
const { enrichRecording } = proxyActivities<MediaActivities>(ENRICH);
const { deliverRecording } = proxyActivities<ConnectorActivities>(DELIVER);

/**
 * Takes a sealed recording from the spool to `retained`. Storing and the
 * decision on retention must succeed; derived parts and deliveries may fail,
 * are then named in the result, and hold up retention for no longer than the
 * grace. Idempotent by its id and its activities.
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
  const connectionIds = await owedConnections(ref);
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

async function owedConnections(ref: RecordingRef): Promise<readonly string[]> {
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
