import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';

/** What a receipt is about. */
export interface ReceiptSubject {
  readonly type: 'recording' | 'incident' | 'notice';
  readonly id: string;
}

/** What a remote system answered to one operation on one recording, or one other thing that it is told. */
export interface Receipt {
  readonly id: string;
  readonly connectionId: string;
  readonly operation: string;
  readonly subject: ReceiptSubject;
  readonly outcome: 'done' | 'rejected' | 'unknown';
  readonly remoteId: string | null;
  readonly remoteVersion: string | null;
  readonly detail: string | null;
  /**
   * Of what was confirmed: SHA-256 over `contentSalt` and the key of the act, which is a digest of the record as it was sent,
   * mapped fields included (`connectors/kit/idempotency-key.ts`); 64 hex digits. Else null.
   */
  readonly contentSha256: string | null;
  /** 32 hex digits; null where there is no digest, and from when the recording's people are forgotten on. */
  readonly contentSalt: string | null;
  readonly at: string;
}

/** Adds receipts, in one statement. */
export async function insertReceipts(tx: Tx, tenantId: string, receipts: readonly Receipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.query({
    name: 'insert-receipts',
    text: `insert into receipt (tenant_id, id, connection_id, operation, subject_type, subject_id, recording_id, outcome,
                                remote_id, remote_version, detail, content_sha256,
                                content_salt, at)
           select $1, id, connection_id, operation, subject_type, subject_id,
                  case when subject_type = 'recording' then subject_id end, outcome, remote_id, remote_version, detail,
                  content_sha256, content_salt, at
             from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
                         $10::text[], $11::text[], $12::text[], $13::timestamptz[])
                  as r (id, connection_id, operation, subject_type, subject_id, outcome, remote_id, remote_version, detail,
                        content_sha256, content_salt, at)`,
    values: [
      tenantId,
      arrayText(receipts.map(({ id }) => id)),
      arrayText(receipts.map(({ connectionId }) => connectionId)),
      arrayText(receipts.map(({ operation }) => operation)),
      arrayText(receipts.map(({ subject }) => subject.type)),
      arrayText(receipts.map(({ subject }) => subject.id)),
      arrayText(receipts.map(({ outcome }) => outcome)),
      arrayText(receipts.map(({ remoteId }) => remoteId)),
      arrayText(receipts.map(({ remoteVersion }) => remoteVersion)),
      arrayText(receipts.map(({ detail }) => detail)),
      arrayText(receipts.map(({ contentSha256 }) => contentSha256)),
      arrayText(receipts.map(({ contentSalt }) => contentSalt)),
      arrayText(receipts.map(({ at }) => at)),
    ],
  });
}

/** A receipt as it is read, with the connection's name. */
export type StoredReceipt = Omit<Receipt, 'subject'> & { readonly connection: string };

/** Receipts about one thing, oldest first. */
export async function readReceipts(tx: Tx, subject: ReceiptSubject): Promise<StoredReceipt[]> {
  const { rows } = await tx.query<Omit<StoredReceipt, 'at'> & { readonly at: Date }>(
    `select r.id, r.connection_id as "connectionId", c.name as connection, r.operation, r.outcome,
            r.remote_id as "remoteId", r.remote_version as "remoteVersion", r.detail,
            r.content_sha256 as "contentSha256", r.content_salt as "contentSalt", r.at
       from receipt r join connection c on c.tenant_id = r.tenant_id and c.id = r.connection_id
      where r.subject_type = $1 and r.subject_id = $2 order by r.at, r.id`,
    [subject.type, subject.id],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Makes digests of what was sent of a recording say nothing of people any more: without their salt nothing can be tried out. */
export async function forgetContentSalts(tx: Tx, recordingId: string): Promise<void> {
  await tx.query(
    'update receipt set content_salt = null where recording_id = $1 and content_salt is not null',
    [recordingId],
  );
}
