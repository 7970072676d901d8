import type { Tx } from './database.ts';

/** What a page of recordings that were decided by new rules came to. */
export interface RecomputedPage {
  readonly decided: number;
  /** Of them, those with another date than before. */
  readonly moved: number;
  /** Where to go on. */
  readonly last: string | null;
  readonly more: boolean;
}

/** The answer of the page that begins behind `after`, where it was the last one that was done under this approval. */
export async function readRecomputed(
  tx: Tx,
  approvalId: string,
  after: string | null,
): Promise<RecomputedPage | undefined> {
  const { rows } = await tx.query<RecomputedPage>(
    `select decided, moved, last, more from recomputed_page
      where approval_id = $1 and after is not distinct from $2::uuid`,
    [approvalId, after],
  );
  return rows[0];
}

/** Keeps the answer of a page in its transaction, in the place of that of the page before. */
export async function keepRecomputed(
  tx: Tx,
  tenantId: string,
  { approvalId, after }: { readonly approvalId: string; readonly after: string | null },
  { decided, moved, last, more }: RecomputedPage,
): Promise<void> {
  await tx.query(
    `insert into recomputed_page (tenant_id, approval_id, after, decided, moved, last, more)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, approval_id) do update
       set after = excluded.after, decided = excluded.decided, moved = excluded.moved, last = excluded.last, more = excluded.more`,
    [tenantId, approvalId, after, decided, moved, last, more],
  );
}
