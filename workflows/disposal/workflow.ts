import {
  defineWorkflowOptions,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { ConnectorActivities, DeliveryRef, LifecycleActivities } from '../../activities/contract.ts';
import { DATABASE, DESTROY_OBJECTS, WITHDRAW, WITHDRAWAL_PAUSES_MS } from '../activity-options.ts';
import { statusQuery, type DisposalInput, type DisposalStatus, type WithdrawalState } from './messages.ts';
import { DisposalState } from './state.ts';

const { destroyKeys, listDeliveries, certifyDisposal } = proxyActivities<LifecycleActivities>(DATABASE);
const { destroyObjects } = proxyActivities<LifecycleActivities>(DESTROY_OBJECTS);
const { withdrawRecording } = proxyActivities<ConnectorActivities>(WITHDRAW);

/**
 * Destroys one claimed recording. The keys go first, in the transaction that
 * decides for the last time: from there on the content is unreadable wherever a
 * copy may lie, and what follows only clears up and can take its time. Ends
 * with the certificate, which also states what a connection refused.
 */
export async function disposal(input: DisposalInput): Promise<DisposalStatus> {
  const { tenantId, recordingId, policyEpoch } = input;
  const ref = { tenantId, recordingId, policyEpoch };
  const state = new DisposalState();
  setHandler(statusQuery, () => state.status);

  const { outcome } = await destroyKeys(ref);
  if (outcome === 'spared') {
    state.enter('spared');
    return state.status;
  }
  state.enter('removing');
  const { connectionIds } = await listDeliveries({ tenantId, recordingId });
  for (const connectionId of connectionIds) state.withdrawal(connectionId, 'pending');
  await Promise.all([
    destroyObjects(ref),
    ...connectionIds.map(async (connectionId) => {
      state.withdrawal(connectionId, await withdraw({ tenantId, recordingId, connectionId }));
    }),
  ]);
  state.enter('certifying');
  const { ledgerIndex } = await certifyDisposal(ref);
  state.certified(ledgerIndex);
  return state.status;
}

// See recording-lifecycle for why runs follow the current version.
defineWorkflowOptions(disposal, {
  workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' },
});

async function withdraw(delivery: DeliveryRef): Promise<WithdrawalState> {
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
