import { Context } from '@temporalio/activity';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { listReachedConnections } from '../../recorder-core/records/reached.ts';
import { readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import type { ConnectorActivities, DeliveryRef } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { mattersTold, recordingDocumentOf } from './recording-document.ts';
import { settle } from './settle.ts';
import { askToDelete } from './withdraw-recording.ts';

/**
 * See `ConnectorActivities.deliverRecording`. Sends the recording as it is now, so a late retry never sends old news.
 * Where a disposal began meanwhile, which may have asked before this arrived, the deletion is asked for at once; likewise
 * of what is restricted, unless an obligation rests on the connection.
 */
export function deliverRecording(deps: ActivityDependencies): ConnectorActivities['deliverRecording'] {
  return async (delivery) => {
    const { tenantId, recordingId, connectionId } = delivery;
    const { recording, parties, standing } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parties: await readParties(tx, [recordingId]),
      standing: await standingOf(tx, delivery),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    // What is being destroyed is asked to be deleted, never sent again.
    if (isLeaving(recording)) return { outcome: 'rejected' };
    if (recording.restriction !== null && !standing.mandatory)
      return standing.reached ? askToDelete(deps, delivery, recording) : { outcome: 'rejected' };
    const link = deps.linkTo(recordingId);
    const record = recordingDocumentOf(tenantId, recording, parties, link, standing.matters);
    const signal = Context.current().cancellationSignal;
    const sent = await settle(deps, {
      tenantId,
      connectionId,
      operation: 'upsert-recording',
      record,
      signal,
    });
    const now = await deps.db.forTenant(tenantId, (tx) => readRecording(tx, recordingId));
    const restricted = now !== undefined && now.restriction !== null && !standing.mandatory;
    if (now === undefined || !(isLeaving(now) || restricted)) return sent;
    await askToDelete(deps, delivery, now);
    return { outcome: 'rejected' };
  };
}

function isLeaving({ state }: Recording): boolean {
  return state === 'disposing' || state === 'disposed';
}

/** Whether a connection is told of restricted recordings, and whether it may have this one. */
async function standingOf(
  tx: Tx,
  { recordingId, connectionId }: DeliveryRef,
): Promise<{
  readonly mandatory: boolean;
  readonly reached: boolean;
  readonly matters: readonly string[] | undefined;
}> {
  const connection = await readConnection(tx, connectionId);
  const reached = await listReachedConnections(tx, recordingId);
  const mattersOf = await mattersTold(tx, connection ?? { matterTags: 'none' }, [recordingId]);
  return {
    mandatory: connection?.mandatory === true,
    reached: reached.includes(connectionId),
    matters: mattersOf(recordingId),
  };
}
