import type { Tx } from './database.ts';
import { IS_LEASED } from './delivery-leases.ts';

/**
 * Ids of the connections that ever accepted, or may have accepted, a recording; these owe its deletion. One that is being
 * sent it at this moment may have accepted it.
 */
export async function listReachedConnections(tx: Tx, recordingId: string): Promise<string[]> {
  const { rows } = await tx.query<{ connection_id: string }>(
    `select connection_id from receipt
      where subject_id = $1 and recording_id is not null and outcome in ('done', 'unknown')
      union
     select connection_id from delivery d
      where subject_type = 'recording' and subject_id = $1 and (doubtful or (state <> 'done' and ${IS_LEASED}))
      order by 1`,
    [recordingId],
  );
  return rows.map((row) => row.connection_id);
}

/** Which of these recordings a connection ever accepted, or may have accepted; what it is being sent at this moment left aside. */
export async function listReachedRecordings(
  tx: Tx,
  connectionId: string,
  recordingIds: readonly string[],
): Promise<string[]> {
  if (recordingIds.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(
    `${OF_RECEIPTS}
      union
     select subject_id from delivery
      where subject_type = 'recording' and subject_id = any ($2) and connection_id = $1 and doubtful`,
    [connectionId, recordingIds],
  );
  return rows.map(({ id }) => id);
}

/** Which of these recordings a connection accepted, or may have accepted, by a receipt: that stays for as long as they do. */
export async function listReceivedRecordings(
  tx: Tx,
  connectionId: string,
  recordingIds: readonly string[],
): Promise<string[]> {
  if (recordingIds.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(OF_RECEIPTS, [connectionId, recordingIds]);
  return rows.map(({ id }) => id);
}

const OF_RECEIPTS = `
  select distinct recording_id as id from receipt
   where subject_id = any ($2) and recording_id is not null and connection_id = $1 and outcome in ('done', 'unknown')`;
