import type { Tx } from './database.ts';

/** How the sending of a range ended: `left` where the recipient went away, the others where we ended it. */
export type FetchOutcome = 'running' | 'complete' | 'left' | 'revoked' | 'expired' | 'failed';

/** A range of a bundle that was asked for. `endByte` is the one after the last. */
export interface ExportFetch {
  readonly id: string;
  readonly at: string;
  readonly firstByte: number;
  readonly endByte: number;
  /** Bytes given to the network; how many arrived only the recipient knows. */
  readonly sent: number;
  readonly outcome: FetchOutcome;
  readonly endedAt: string | null;
  /** True where it was saved on the machine itself, without a link. */
  readonly local: boolean;
}

/** Notes a range before its first byte is sent. */
export async function insertFetch(
  tx: Tx,
  tenantId: string,
  fetch: {
    readonly id: string;
    readonly exportId: string;
    readonly linkId: string | null;
    readonly at: string;
    readonly firstByte: number;
    readonly endByte: number;
  },
): Promise<void> {
  await tx.query(
    `insert into export_fetch (tenant_id, id, export_id, link_id, at, first_byte, end_byte)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, fetch.id, fetch.exportId, fetch.linkId, fetch.at, fetch.firstByte, fetch.endByte],
  );
}

/** Notes how the sending of a range ended. */
export async function endFetch(
  tx: Tx,
  id: string,
  end: { readonly sent: number; readonly outcome: FetchOutcome; readonly at: string },
): Promise<void> {
  await tx.query('update export_fetch set sent = $2, outcome = $3, ended_at = $4 where id = $1', [
    id,
    end.sent,
    end.outcome,
    end.at,
  ]);
}

const LIST_LIMIT = 1000;

/** The newest ranges of an export, at most 1,000. */
export async function listFetches(tx: Tx, exportId: string): Promise<ExportFetch[]> {
  const { rows } = await tx.query<Omit<ExportFetch, 'at' | 'endedAt'> & { at: Date; endedAt: Date | null }>(
    `select id, at, first_byte as "firstByte", end_byte as "endByte", sent, outcome, ended_at as "endedAt",
            link_id is null as local
       from export_fetch where export_id = $1 order by at desc, id desc limit $2`,
    [exportId, LIST_LIMIT],
  );
  return rows.map((row) => ({
    ...row,
    at: row.at.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}

/** How many ranges of a link were asked for since an instant. */
export async function countFetches(tx: Tx, linkId: string, since: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*) as count from export_fetch where link_id = $1 and at > $2',
    [linkId, since],
  );
  return rows[0]?.count ?? 0;
}

/** Whether the ranges that were sent as a whole cover all of the bundle. */
export async function isAllSent(tx: Tx, exportId: string, size: number): Promise<boolean> {
  const { rows } = await tx.query<{ firstByte: number; end: number }>(
    `select first_byte as "firstByte", first_byte + sent as end from export_fetch
      where export_id = $1 and sent > 0 order by first_byte`,
    [exportId],
  );
  let covered = 0;
  for (const { firstByte, end } of rows) {
    if (firstByte > covered) return false;
    covered = Math.max(covered, end);
  }
  return covered >= size;
}
