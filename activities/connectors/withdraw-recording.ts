import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import type { ConnectorActivities, DeliveryRef } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { withdrawalOf } from './recording-document.ts';
import { settle } from './settle.ts';

/** See `ConnectorActivities.withdrawRecording`. */
export function withdrawRecording(deps: ActivityDependencies): ConnectorActivities['withdrawRecording'] {
  return async ({ tenantId, recordingId, connectionId, policyEpoch }) => {
    const recording = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    if (policyEpoch !== undefined && isSpared(recording, policyEpoch)) return { outcome: 'rejected' };
    return askToDelete(deps, { tenantId, recordingId, connectionId }, recording);
  };
}

/** The disposal has ended without destroying it, or a hold has come: whoever has a copy keeps it. */
function isSpared({ state, held, policyEpoch }: Recording, askedFor: number): boolean {
  return held || policyEpoch !== askedFor || !(state === 'disposing' || state === 'disposed');
}

/** Asks one connection to delete a recording as it stands now, and keeps the receipt. Errors as `settle`. */
export function askToDelete(
  deps: ActivityDependencies,
  { tenantId, connectionId }: DeliveryRef,
  recording: Recording,
): Promise<{ outcome: 'done' | 'rejected' | 'unknown' }> {
  const record = withdrawalOf(tenantId, recording);
  const signal = Context.current().cancellationSignal;
  return settle(deps, { tenantId, connectionId, operation: 'delete-recording', record, signal });
}
