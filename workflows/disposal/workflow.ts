import {
  condition,
  defineWorkflowOptions,
  isCancellation,
  log,
  patched,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { ConnectorActivities, DeliveryRef } from '../../activities/connector-contract.ts';
import type { DisposalRef, LifecycleActivities } from '../../activities/contract.ts';
import {
  DATABASE,
  DESTROY_OBJECTS,
  EVICT_KEYS,
  KEYS_AT_LATEST_MS,
  WITHDRAW,
  WITHDRAWAL_PAUSES_MS,
} from '../activity-options.ts';
import { statusQuery, type DisposalInput, type DisposalStatus, type WithdrawalState } from './messages.ts';
import { DisposalState } from './state.ts';

const { evictKeys } = proxyActivities<LifecycleActivities>(EVICT_KEYS);
const { confirmDisposal, writeTombstone, destroyKeys, listDeliveries } =
  proxyActivities<LifecycleActivities>(DATABASE);
const { destroyObjects, certifyDisposal } = proxyActivities<LifecycleActivities>(DESTROY_OBJECTS);
const { withdrawRecording } = proxyActivities<ConnectorActivities>(WITHDRAW);

/**
 * Destroys one claimed recording: first every connection that has it is asked to delete it, last the keys go, because
 * only that cannot be taken back. A hold that comes in between spares it, and connections get it back. A connection that
 * is away does not keep it alive: after three days the keys go all the same, and it is asked on for a month. Ends with the
 * certificate, which says what each connection answered and where copies remain until when.
 */
export async function disposal(input: DisposalInput): Promise<DisposalStatus> {
  const { tenantId, recordingId, policyEpoch } = input;
  const ref = { tenantId, recordingId, policyEpoch };
  const state = new DisposalState();
  setHandler(statusQuery, () => state.status);

  if (!patched('keys-last')) return keysFirst(ref, state);
  if ((await confirmDisposal(ref)).outcome === 'spared') return spare(state);
  state.enter('withdrawing');
  const { connectionIds } = await listDeliveries({ tenantId, recordingId });
  const withdrawing = withdrawAll(ref, connectionIds, state);
  await condition(() => state.isWithdrawn, input.keysAtLatestMs ?? KEYS_AT_LATEST_MS);
  if (!(await destroyAll(ref))) {
    // What is asked still is told no from now on: each attempt looks at the recording first.
    await withdrawing;
    return spare(state);
  }
  state.enter('removing');
  await Promise.all([destroyObjects(ref), withdrawing]);
  return certify(ref, state);
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(disposal, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

/** The tombstone first, so that no restored backup forgets; then every process lets go; then the keys, deciding once more. */
async function destroyAll(ref: DisposalRef): Promise<boolean> {
  if ((await writeTombstone(ref)).outcome === 'spared') return false;
  await evictKeys(ref);
  return (await destroyKeys(ref)).outcome === 'destroyed';
}

/** The order of releases before, for runs that began in it. */
async function keysFirst(ref: DisposalRef, state: DisposalState): Promise<DisposalStatus> {
  const { tenantId, recordingId } = ref;
  const destroyed = patched('tombstone-first')
    ? await destroyAll(ref)
    : (await destroyKeys(ref)).outcome === 'destroyed';
  if (!destroyed) return spare(state);
  state.enter('removing');
  const { connectionIds } = await listDeliveries({ tenantId, recordingId });
  await Promise.all([destroyObjects(ref), withdrawAll(ref, connectionIds, state)]);
  return certify(ref, state);
}

function spare(state: DisposalState): DisposalStatus {
  state.enter('spared');
  return state.status;
}

async function certify(ref: DisposalRef, state: DisposalState): Promise<DisposalStatus> {
  state.enter('certifying');
  const { ledgerIndex } = await certifyDisposal(ref);
  state.certified(ledgerIndex);
  return state.status;
}

async function withdrawAll(
  ref: DisposalRef,
  connectionIds: readonly string[],
  state: DisposalState,
): Promise<void> {
  for (const connectionId of connectionIds) state.withdrawal(connectionId, 'pending');
  await Promise.all(
    connectionIds.map(async (connectionId) => {
      state.withdrawal(connectionId, await withdraw({ ...ref, connectionId }));
    }),
  );
}

async function withdraw(delivery: DeliveryRef & DisposalRef): Promise<WithdrawalState> {
  try {
    for (const pauseMs of WITHDRAWAL_PAUSES_MS) {
      const { outcome } = await withdrawRecording(delivery);
      if (outcome !== 'unknown') return outcome;
      await sleep(pauseMs);
    }
    return (await withdrawRecording(delivery)).outcome;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('a withdrawal was given up; the certificate will say so', { ...delivery });
    return 'failed';
  }
}
