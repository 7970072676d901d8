import type { Tx } from './database.ts';

/** What a remote system answered to one operation on one recording. */
export interface Receipt {
  readonly id: string;
  readonly connectionId: string;
  readonly operation: string;
  readonly recordingId: string;
  readonly outcome: 'done' | 'rejected' | 'unknown';
  readonly remoteId: string | null;
  readonly remoteVersion: string | null;
  readonly detail: string | null;
  readonly at: string;
}

/** Adds a receipt. */
export async function insertReceipt(tx: Tx, tenantId: string, receipt: Receipt): Promise<void> {
  await tx.query(
    `insert into receipt (tenant_id, id, connection_id, operation, recording_id, outcome, remote_id,
                          remote_version, detail, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantId,
      receipt.id,
      receipt.connectionId,
      receipt.operation,
      receipt.recordingId,
      receipt.outcome,
      receipt.remoteId,
      receipt.remoteVersion,
      receipt.detail,
      receipt.at,
    ],
  );
}

/** Receipts of a recording, oldest first, with the connection's name. */
export async function readReceipts(
  tx: Tx,
  recordingId: string,
): Promise<(Receipt & { readonly connection: string })[]> {
  const { rows } = await tx.query<Omit<Receipt, 'at'> & { at: Date; connection: string }>(
    `select r.id, r.connection_id as "connectionId", c.name as connection, r.operation, r.recording_id as "recordingId",
            r.outcome, r.remote_id as "remoteId",
            r.remote_version as "remoteVersion", r.detail, r.at
       from receipt r join connection c on c.tenant_id = r.tenant_id and c.id = r.connection_id
      where r.recording_id = $1 order by r.at, r.id`,
    [recordingId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
