import { recordsNow } from '../../../activities/deliveries/records-now.ts';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { readConnection } from '../../../recorder-core/records/connections.ts';
import { openDatabase } from '../../../recorder-core/records/database.ts';
import type { HubDatabase } from '../../support/deliveries/hub-under-test.ts';
import { linkToRecording } from '../../support/deliveries/link-to-recording.ts';

/**
 * The documents that the hub makes of the first `count` recordings for this connection, by the hub's own code: what the baseline
 * writes is as dear to the other side as what the hub writes, in ids, times and names. Of each id one bit differs, so that both
 * stand beside each other; it is the same in every call.
 */
export async function recordsOfHub(
  { appUrl, tenantId }: HubDatabase,
  connectionId: string,
  count: number,
): Promise<RecordingDocument[]> {
  const db = openDatabase(appUrl, { max: 1 });
  try {
    return await db.forTenant(tenantId, async (tx) => {
      const connection = await readConnection(tx, connectionId);
      if (connection === undefined) throw new Error('The connection of the bench is not there.');
      const { rows } = await tx.query<{ id: string }>('select id from recording order by id limit $1', [
        count,
      ]);
      const ids = rows.map(({ id }) => id);
      const found = await recordsNow({ linkTo: linkToRecording }, tx, tenantId, connection, ids);
      return ids.flatMap((id) => {
        const now = found.get(id);
        return now === undefined || now.unwanted ? [] : [beside(now.record)];
      });
    });
  } finally {
    await db.close();
  }
}

/** The same recording under an id of its own, which is as good a UUID: the ids of the bench have an 8 as their variant. */
function beside(record: RecordingDocument): RecordingDocument {
  const id = `${record.id.slice(0, 19)}9${record.id.slice(20)}`;
  return { ...record, id, link: linkToRecording(id) };
}
