import type { OutboundRecord } from '../../connectors/kit/record.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ClaimedDelivery } from '../../recorder-core/records/deliveries.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { listReachedRecordings } from '../../recorder-core/records/reached.ts';
import { readToldRecordings } from '../../recorder-core/records/recordings.ts';
import { isUnwanted, recordingDocumentOf, withdrawalOf } from '../connectors/recording-document.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What a claimed delivery comes to as its subject stands now. */
export type PreparedDelivery =
  | {
      readonly delivery: ClaimedDelivery;
      readonly act: 'send';
      readonly operation: string;
      readonly record: OutboundRecord;
    }
  /** Nothing is sent: by our rules the other side is not to have it, and does not. */
  | { readonly delivery: ClaimedDelivery; readonly act: 'drop' }
  /** The connection is switched off, and takes only what is to be deleted. */
  | { readonly delivery: ClaimedDelivery; readonly act: 'wait' };

/**
 * Makes what is sent of each delivery from the rows as they stand, so that a late attempt never sends old news. What is being
 * disposed of, or is restricted where no obligation rests on the connection, is never sent: its deletion is asked for where it
 * may be there. So is that of everything where the connection was removed and nothing is to stay.
 */
export async function prepareDeliveries(
  deps: Pick<ActivityDependencies, 'linkTo'>,
  tx: Tx,
  tenantId: string,
  connection: ConnectionRow,
  claimed: readonly ClaimedDelivery[],
): Promise<PreparedDelivery[]> {
  const ids = claimed.map(({ subject }) => subject.id);
  const recordings = new Map((await readToldRecordings(tx, ids)).map((one) => [one.id, one]));
  const parties = Map.groupBy(await readParties(tx, ids), ({ recordingId }) => recordingId);
  const unwanted = [...recordings.values()].filter((one) => isUnwanted(one, connection)).map(({ id }) => id);
  const reached = new Set(await listReachedRecordings(tx, connection.id, unwanted));
  return claimed.map((delivery) => {
    const recording = recordings.get(delivery.subject.id);
    if (recording === undefined) return { delivery, act: 'drop' };
    if (isUnwanted(recording, connection)) {
      if (!reached.has(recording.id) && !delivery.doubtful) return { delivery, act: 'drop' };
      return {
        delivery,
        act: 'send',
        operation: 'delete-recording',
        record: withdrawalOf(tenantId, recording),
      };
    }
    if (connection.state !== 'live') return { delivery, act: 'wait' };
    return {
      delivery,
      act: 'send',
      operation: delivery.operation,
      record: recordingDocumentOf(
        tenantId,
        recording,
        parties.get(recording.id) ?? [],
        deps.linkTo(recording.id),
      ),
    };
  });
}
