import type { Tx } from './database.ts';

/** A call that capture did not take, by what it can be recognised; nothing of its content. */
export interface NewRefusedCall {
  /** The id that its recording would have had. */
  readonly id: string;
  readonly node: string;
  readonly at: Date;
  /** SIP status of the refusal. */
  readonly status: number;
  /** `consent` or `not-taken`. */
  readonly reason: string;
  readonly callIds: readonly Buffer[];
  readonly addresses: readonly Buffer[];
}

/** Keeps it. Idempotent. */
export async function insertRefusedCall(tx: Tx, tenantId: string, call: NewRefusedCall): Promise<void> {
  await tx.query(
    `insert into refused_call (tenant_id, id, node, at, status, reason, call_ids, addresses)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [tenantId, call.id, call.node, call.at, call.status, call.reason, call.callIds, call.addresses],
  );
}

/** Removes up to `limit` that are older than `before`. */
export async function forgetRefusedCalls(tx: Tx, before: string, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from refused_call where id in (select id from refused_call where at < $1 order by at limit $2)',
    [before, limit],
  );
  return rowCount ?? 0;
}
