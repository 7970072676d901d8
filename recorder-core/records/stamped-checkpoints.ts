import type { Tx } from './database.ts';

/** A signed checkpoint of which an outside authority said when it stood. */
export interface StampedCheckpoint {
  readonly size: number;
  /** The log's signed note, without cosignatures. */
  readonly note: string;
  /** Signature lines of witnesses, without newlines. */
  readonly cosignatures: readonly string[];
  /** TimeStampResp (RFC 3161), DER. */
  readonly timestamp: Buffer;
}

/**
 * For each leaf the first time-stamped checkpoint below `size` that covers it: the earliest proof of when it stood. Answers the
 * sizes, each once, ascending; leaves that none covers yet have none.
 */
export async function sizesStampedFor(tx: Tx, indices: readonly number[], size: number): Promise<number[]> {
  const { rows } = await tx.query<{ size: number }>(
    `select distinct stamped.size
       from unnest($1::bigint[]) as leaf (index)
       join lateral (select size from ledger_time_stamp
                      where size > leaf.index and size < $2 order by size limit 1) stamped on true
      order by stamped.size`,
    [indices, size],
  );
  return rows.map((row) => row.size);
}

/** The checkpoints of these sizes, ascending; where several authorities stamped one, the answer of the first by name. */
export async function readStamped(tx: Tx, sizes: readonly number[]): Promise<StampedCheckpoint[]> {
  const { rows } = await tx.query<StampedCheckpoint>(
    `select c.size, c.note,
            array(select w.line from ledger_cosignature w
                   where w.tenant_id = c.tenant_id and w.size = c.size order by w.witness) as cosignatures,
            (select t.response from ledger_time_stamp t
              where t.tenant_id = c.tenant_id and t.size = c.size order by t.authority limit 1) as timestamp
       from ledger_checkpoint c
      where c.size = any ($1) and exists (select from ledger_time_stamp t
                                           where t.tenant_id = c.tenant_id and t.size = c.size)
      order by c.size`,
    [sizes],
  );
  return rows;
}
