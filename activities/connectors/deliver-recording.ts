import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import type { ConnectorActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { recordingDocumentOf } from './recording-document.ts';
import { settle } from './settle.ts';
import { askToDelete } from './withdraw-recording.ts';

/**
 * See `ConnectorActivities.deliverRecording`. Sends the recording as it is now, so a late retry never sends old news.
 * Where a disposal began meanwhile, which may have asked before this arrived, the deletion is asked for at once.
 */
export function deliverRecording(deps: ActivityDependencies): ConnectorActivities['deliverRecording'] {
  return async (delivery) => {
    const { tenantId, recordingId, connectionId } = delivery;
    const { recording, parties } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parties: await readParties(tx, [recordingId]),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    // What is being destroyed is asked to be deleted, never sent again.
    if (isLeaving(recording)) return { outcome: 'rejected' };
    const record = recordingDocumentOf(tenantId, recording, parties, deps.linkTo(recordingId));
    const signal = Context.current().cancellationSignal;
    const sent = await settle(deps, {
      tenantId,
      connectionId,
      operation: 'upsert-recording',
      record,
      signal,
    });
    const now = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    if (now === undefined || !isLeaving(now)) return sent;
    await askToDelete(deps, delivery, now);
    return { outcome: 'rejected' };
  };
}

function isLeaving({ state }: Recording): boolean {
  return state === 'disposing' || state === 'disposed';
}
