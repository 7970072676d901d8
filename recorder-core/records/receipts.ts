import { HoldfastError } from '../errors.ts';
import { anyOf, arrayText, sharedText, sparseText } from './array-text.ts';
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

/** A receipt, and which delivery it is of; null or left out where it is of none. */
export interface NewReceipt extends Receipt {
  readonly deliveryId?: string | null;
}

/**
 * Adds receipts, in one statement. @throws HoldfastError `internal` where one names a connection that the tenant does not have; the
 * transaction is to be rolled back.
 */
export async function insertReceipts(
  tx: Tx,
  tenantId: string,
  receipts: readonly NewReceipt[],
): Promise<void> {
  if (receipts.length === 0) return;
  const { rowCount } = await tx.query({
    name: 'insert-receipts',
    text: INSERT,
    values: [
      tenantId,
      arrayText(receipts.map(({ id }) => id)),
      sharedText(receipts.map(({ connectionId }) => connectionId)),
      sharedText(receipts.map(({ operation }) => operation)),
      sharedText(receipts.map(({ subject }) => subject.type)),
      arrayText(receipts.map(({ subject }) => subject.id)),
      sharedText(receipts.map(({ outcome }) => outcome)),
      sparseText(receipts.map(({ remoteId }) => remoteId)),
      sparseText(receipts.map(({ remoteVersion }) => remoteVersion)),
      sparseText(receipts.map(({ detail }) => detail)),
      sparseText(receipts.map(({ contentSha256 }) => contentSha256)),
      sparseText(receipts.map(({ contentSalt }) => contentSalt)),
      sharedText(receipts.map(({ at }) => at)),
      sparseText(receipts.map(({ deliveryId }) => deliveryId ?? null)),
    ],
  });
  if (rowCount !== receipts.length)
    throw new HoldfastError(
      'internal',
      'A receipt names a connection that its tenant does not have, so none was kept. This is a fault of Holdfast: tell its maintainers.',
    );
}

/** Which of the connections there are is asked once: of how many receipts is kept from the planner, which might ask for each. */
const INSERT = `
  insert into receipt (tenant_id, id, connection_id, operation, subject_type, subject_id, outcome, remote_id,
                       remote_version, detail, content_sha256, content_salt, at, delivery_id)
  select $1, r.id, coalesce(r.connection_id, ($3::uuid[])[1]), coalesce(r.operation, ($4::text[])[1]),
         coalesce(r.subject_type, ($5::text[])[1]), r.subject_id, coalesce(r.outcome, ($7::text[])[1]), r.remote_id,
         r.remote_version, r.detail, decode(r.content_sha256, 'hex'), decode(r.content_salt, 'hex'),
         coalesce(r.at, ($13::timestamptz[])[1]), r.delivery_id
    from unnest((select $2::uuid[]), (select $3::uuid[]), (select $4::text[]), (select $5::text[]), (select $6::uuid[]),
                (select $7::text[]), (select $8::text[]), (select $9::text[]), (select $10::text[]), (select $11::text[]),
                (select $12::text[]), (select $13::timestamptz[]), (select $14::uuid[]))
         as r (id, connection_id, operation, subject_type, subject_id, outcome, remote_id, remote_version, detail,
               content_sha256, content_salt, at, delivery_id)
   where coalesce(r.connection_id, ($3::uuid[])[1]) = any (array(select c.id from connection c where c.id = ${anyOf('$3')}))`;

/** A receipt as it is read, with the connection's name. */
export type StoredReceipt = Omit<Receipt, 'subject'> & { readonly connection: string };

/** Receipts about one thing, oldest first. */
export async function readReceipts(tx: Tx, subject: ReceiptSubject): Promise<StoredReceipt[]> {
  const { rows } = await tx.query<Omit<StoredReceipt, 'at'> & { readonly at: Date }>(
    `select r.id, r.connection_id as "connectionId", c.name as connection, r.operation, r.outcome,
            r.remote_id as "remoteId", r.remote_version as "remoteVersion", r.detail,
            encode(r.content_sha256, 'hex') as "contentSha256", encode(r.content_salt, 'hex') as "contentSalt", r.at
       from receipt r join connection c on c.tenant_id = r.tenant_id and c.id = r.connection_id
      where r.subject_id = $2 and r.subject_type = $1 order by r.at, r.id`,
    [subject.type, subject.id],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** Makes digests of what was sent of a recording say nothing of people any more: without their salt nothing can be tried out. */
export async function forgetContentSalts(tx: Tx, recordingId: string): Promise<void> {
  await tx.query(
    'update receipt set content_salt = null where subject_id = $1 and content_salt is not null',
    [recordingId],
  );
}
