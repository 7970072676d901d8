import { arrayText } from './array-text.ts';
import type { Tx } from './database.ts';
import type { DeliveryLane } from './deliveries.ts';

/** What the attempts of one call share. */
export interface AttemptedBatch {
  readonly id: string;
  readonly connectionId: string;
  readonly operation: string;
  readonly lane: DeliveryLane;
  readonly connectionVersion: number | null;
  readonly startedAt: Date;
  /** Of the call. */
  readonly durationMs: number;
  readonly traceId: string | null;
}

/** Keeps a call, with the deliveries that it took and that name it; does nothing where there are none. */
export async function insertBatch(
  tx: Tx,
  tenantId: string,
  batch: AttemptedBatch,
  deliveryIds: readonly string[],
): Promise<void> {
  if (deliveryIds.length === 0) return;
  await tx.query({
    name: 'insert-delivery-batch',
    text: `insert into delivery_batch (tenant_id, id, connection_id, operation, lane, connection_version, started_at,
                                       duration_ms, trace_id, done, delivery_ids)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, cardinality($10::uuid[]), $10::uuid[])`,
    values: [
      tenantId,
      batch.id,
      batch.connectionId,
      batch.operation,
      batch.lane,
      batch.connectionVersion,
      batch.startedAt.toISOString(),
      Math.round(batch.durationMs),
      batch.traceId,
      arrayText(deliveryIds),
    ],
  });
}

/** Forgets up to `limit` calls that began before `before`; answers how many. */
export async function pruneBatches(tx: Tx, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    'delete from delivery_batch where id = any (array(select id from delivery_batch where started_at < $1 limit $2))',
    [before.toISOString(), limit],
  );
  return rowCount ?? 0;
}
