import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import type { ConnectorActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { recordingDocumentOf } from './recording-document.ts';
import { settle } from './settle.ts';

/** See `ConnectorActivities.deliverRecording`. Sends the recording as it is now, so a late retry never sends old news. */
export function deliverRecording(deps: ActivityDependencies): ConnectorActivities['deliverRecording'] {
  return async ({ tenantId, recordingId, connectionId }) => {
    const { recording, parties } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parties: await readParties(tx, [recordingId]),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    // What is being destroyed is asked to be deleted, never sent again.
    if (recording.state === 'disposing' || recording.state === 'disposed') return { outcome: 'rejected' };
    const record = recordingDocumentOf(tenantId, recording, parties, deps.linkTo(recordingId));
    const signal = Context.current().cancellationSignal;
    return settle(deps, { tenantId, connectionId, operation: 'upsert-recording', record, signal });
  };
}
