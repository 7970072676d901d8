import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import type { ConnectorActivities, DeliveryRef } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { settle } from './settle.ts';

/** See `ConnectorActivities.withdrawRecording`. */
export function withdrawRecording(deps: ActivityDependencies): ConnectorActivities['withdrawRecording'] {
  return async ({ tenantId, recordingId, connectionId }) => {
    const recording = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    return askToDelete(deps, { tenantId, recordingId, connectionId }, recording);
  };
}

/** Asks one connection to delete a recording as it stands now, and keeps the receipt. Errors as `settle`. */
export function askToDelete(
  deps: ActivityDependencies,
  { tenantId, recordingId, connectionId }: DeliveryRef,
  { revision, held }: Recording,
): Promise<{ outcome: 'done' | 'rejected' | 'unknown' }> {
  const record = {
    kind: 'withdrawal',
    schemaVersion: 1,
    id: recordingId,
    tenantId,
    revision,
    held,
  } as const;
  const signal = Context.current().cancellationSignal;
  return settle(deps, { tenantId, connectionId, operation: 'delete-recording', record, signal });
}
