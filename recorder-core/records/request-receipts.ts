import type { Tx } from './database.ts';

/** What became of it in one store. `retained` says on what ground and until when; `unsupported`, that nothing here reaches it. */
export type ReceiptOutcome =
  'given' | 'erased' | 'restricted' | 'retained' | 'unsupported' | 'failed' | 'pending';

/** One receipt: of one recording, or of the request where it is about no single one. */
export interface RequestReceipt {
  readonly recordingId: string;
  readonly store: string;
  readonly outcome: ReceiptOutcome;
  readonly ground: string | null;
  readonly until: string | null;
  readonly reviewAt: string | null;
  readonly detail: string | null;
  /** By reading back from the store, not by what it answered. */
  readonly checked: boolean;
  readonly at: string;
}

/** Keeps a receipt in the place of an earlier one of the same store. */
export async function keepReceipt(
  tx: Tx,
  tenantId: string,
  requestId: string,
  receipt: RequestReceipt,
): Promise<void> {
  const { recordingId, store, outcome, ground, until, reviewAt, detail, checked, at } = receipt;
  await tx.query(
    `insert into request_receipt (tenant_id, request_id, recording_id, store, outcome, ground, until, review_at, detail,
                                  checked, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant_id, request_id, recording_id, store) do update
        set outcome = excluded.outcome, ground = excluded.ground, until = excluded.until,
            review_at = excluded.review_at, detail = excluded.detail, checked = excluded.checked, at = excluded.at`,
    [tenantId, requestId, recordingId, store, outcome, ground, until, reviewAt, detail, checked, at],
  );
}

/** All receipts of a request. */
export async function readRequestReceipts(tx: Tx, requestId: string): Promise<RequestReceipt[]> {
  const { rows } = await tx.query<
    Omit<RequestReceipt, 'until' | 'reviewAt' | 'at'> & {
      until: Date | null;
      reviewAt: Date | null;
      at: Date;
    }
  >(
    `select recording_id as "recordingId", store, outcome, ground, until, review_at as "reviewAt", detail, checked, at
       from request_receipt where request_id = $1 order by recording_id, store`,
    [requestId],
  );
  return rows.map((row) => ({
    ...row,
    until: row.until?.toISOString() ?? null,
    reviewAt: row.reviewAt?.toISOString() ?? null,
    at: row.at.toISOString(),
  }));
}
